package io.omnisql.omnipaxos;

/**
 * Where a node stands in its group's life, which is a chain of configurations over one log.
 *
 * @param configuration the latest that this node knows of
 * @param since the slot from which on it is in force, or {@link #UNKNOWN}
 * @param votesFrom the id of the first configuration in which this node may vote, should that name it as a replica
 * @param sealed what this node had promised at the end of the configuration before: no later ballot had a part in deciding its
 *     entries. A ballot of another configuration when that is not known
 */
public record Standing(Configuration configuration, long since, long votesFrom, Ballot sealed) {
    /** No slot. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    private static final long NEVER = Long.MAX_VALUE;

    /** The standing of a node with which its group begins. All nodes of a group must begin with the same configuration. */
    public static Standing founding(Configuration configuration) {
        return new Standing(configuration, 0, configuration.id(), Ballot.none(configuration.id()));
    }

    /**
     * The standing of a node that comes with an empty disk to a group that lives already: it follows the decided log and does not
     * vote before a later configuration names it.
     *
     * <p>A configuration that names it already knew it with another disk. What that had promised is forgotten: under this id the
     * node never votes again.
     *
     * @param configuration any of the group; the later the better
     */
    public static Standing joining(NodeId self, Configuration configuration) {
        boolean hasForgotten = configuration.replicas().contains(self);
        long votesFrom = hasForgotten ? NEVER : configuration.id() + 1;
        return new Standing(configuration, UNKNOWN, votesFrom, Ballot.none(configuration.id()));
    }

    boolean votes(NodeId self) {
        return configuration.id() >= votesFrom && configuration.replicas().contains(self);
    }

    /** After the stop sign before slot {@code since}, when this node had promised {@code sealed}. */
    Standing next(Configuration next, long since, Ballot sealed) {
        return new Standing(next, since, votesFrom, sealed);
    }

    /** The latest configuration is in force at {@code slot}, wherever it began. */
    Standing knownSince(long slot) {
        return since == UNKNOWN ? new Standing(configuration, slot, votesFrom, sealed) : this;
    }
}
