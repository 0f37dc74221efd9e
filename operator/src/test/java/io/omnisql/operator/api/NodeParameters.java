package io.omnisql.operator.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The settings of PostgreSQL that the node lets through, out of its source: the operator does not depend on it. */
public final class NodeParameters {
    private static final Path SOURCE =
            Path.of("../node/src/main/java/io/omnisql/node/postgres/PostgresParameters.java");

    private static final Pattern LIST = Pattern.compile("ALLOWED = new TreeSet<>\\(Set\\.of\\(([^)]*)\\)\\);");
    private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"");

    private NodeParameters() {}

    /** Their names. */
    public static Set<String> names() {
        try {
            var list = LIST.matcher(Files.readString(SOURCE));
            if (!list.find()) {
                throw new IllegalStateException(SOURCE + " has no such list any more");
            }
            var names = new TreeSet<String>();
            NAME.matcher(list.group(1)).results().forEach(found -> names.add(found.group(1)));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
