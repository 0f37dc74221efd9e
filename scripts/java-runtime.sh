# shellcheck shell=bash
# To be sourced, after jdk.sh. make_java_runtime FOLDER puts a Java runtime there that holds what the node and the operator need.

# java.desktop is there for java.beans only, and pulls in what it needs.
java_runtime_modules=java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.rmi,java.security.jgss
java_runtime_modules+=,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

make_java_runtime() {
  find_jdk25
  "$JAVA_HOME/bin/jlink" --add-modules "$java_runtime_modules" --strip-debug --no-header-files --no-man-pages --compress zip-6 \
    --generate-cds-archive --output "$1"
}
