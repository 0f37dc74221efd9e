package io.omnisql.operator.dependent;

/** What a cluster's nodes are there for. Each has a StatefulSet and settings of its own. */
enum Role {
    /** Votes, or shall. */
    MEMBER("node"),

    /** Follows and answers reads, and never votes. */
    READER("reader");

    private final String component;

    Role(String component) {
        this.component = component;
    }

    /** As the label tells it. */
    String component() {
        return component;
    }
}
