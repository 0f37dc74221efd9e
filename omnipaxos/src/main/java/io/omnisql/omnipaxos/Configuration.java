package io.omnisql.omnipaxos;

import java.util.List;

/**
 * The replicas of one period of the cluster's life and their quorums.
 *
 * @param id its number, from 1
 * @param replicas all members in ascending order, without repetition
 * @param quorum the sizes of the two quorums
 */
public record Configuration(long id, List<NodeId> replicas, Quorum quorum) {
    public Configuration {
        replicas = replicas.stream().sorted().distinct().toList();
        if (id <= 0) {
            throw new IllegalArgumentException("A configuration id must be positive, but was " + id);
        }
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("A configuration needs at least one replica");
        }
        quorum.check(replicas.size());
    }

    /** A configuration with majority quorums. */
    public static Configuration ofMajorities(long id, List<NodeId> replicas) {
        return new Configuration(id, replicas, Quorum.majority(replicas.size()));
    }
}
