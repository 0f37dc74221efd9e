# shellcheck shell=bash
# To be sourced. find_jdk25 sets and exports JAVA_HOME to a JDK 25 or newer, or ends the script with what to install.

# The feature number of the JDK in folder $1; nothing when there is no compiler in it.
jdk_version() {
  local version
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 1
  # The release file is there in every vendor's JDK and spares a start of the JVM.
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  [ -n "$version" ] || version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  [ -n "$version" ] && echo "$version"
}

jdk_folders() {
  local folder java
  [ -z "${JAVA_HOME:-}" ] || echo "$JAVA_HOME"
  for folder in /usr/lib/jvm/*25* /opt/*jdk*25* /opt/java/* "$HOME"/.sdkman/candidates/java/25* \
    "$HOME"/.jdks/*25*; do
    [ ! -d "$folder" ] || echo "$folder"
  done
  if java=$(command -v javac 2>/dev/null); then
    dirname "$(dirname "$(readlink -f "$java")")"
  fi
}

find_jdk25() {
  local folder version
  while IFS= read -r folder; do
    if version=$(jdk_version "$folder") && [ "$version" -ge 25 ]; then
      export JAVA_HOME=$folder
      return 0
    fi
  done < <(jdk_folders)
  {
    echo "JDK 25 or newer is needed, and none was found in JAVA_HOME, the usual folders, or on the PATH."
    echo "Install one (Debian and Ubuntu: apt-get install openjdk-25-jdk or Eclipse Temurin's temurin-25-jdk),"
    echo "or set JAVA_HOME to it."
  } >&2
  exit 1
}
