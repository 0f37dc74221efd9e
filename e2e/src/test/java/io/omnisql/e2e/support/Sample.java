package io.omnisql.e2e.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A sample of the project: the name of its cluster, and the voters that it wants. */
enum Sample {
    /** For development. */
    ONE_NODE("one-node.yaml", "notes", 1),

    /** One may fail. */
    THREE_NODES("three-nodes.yaml", "orders", 3);

    private static final Path FOLDER = Path.of("..", "manifests", "samples");

    private final String file;
    private final String cluster;
    private final int voters;

    Sample(String file, String cluster, int voters) {
        this.file = file;
        this.cluster = cluster;
        this.voters = voters;
    }

    String manifest() throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }

    String cluster() {
        return cluster;
    }

    int voters() {
        return voters;
    }
}
