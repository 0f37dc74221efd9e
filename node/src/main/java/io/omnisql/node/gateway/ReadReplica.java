package io.omnisql.node.gateway;

/** What a node says that is a read replica. */
public final class ReadReplica {
    /** To whoever wants to write there. As PostgreSQL's hot standbys, it has nothing that could be tried again. */
    public static final SqlError WRITE_REFUSED = SqlError.withHint(
            "25006",
            "this node is a read replica and cannot write; nothing was done",
            "Connect to a member of the cluster: on Kubernetes, to the Service for its clients.");

    private ReadReplica() {}
}
