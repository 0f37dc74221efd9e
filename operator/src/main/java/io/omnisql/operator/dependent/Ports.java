package io.omnisql.operator.dependent;

/** Ports of a node in a pod. */
public final class Ports {
    /** PostgreSQL's protocol. */
    public static final int SQL = 5432;

    /** SQL over HTTP. */
    public static final int HTTP = 8080;

    /** Nodes among themselves. */
    public static final int PEER = 7000;

    /** Membership, health and metrics. */
    public static final int ADMIN = 9000;

    private Ports() {}
}
