package io.omnisql.omnipaxos;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of one period of the cluster's life and their quorums.
 *
 * @param id its number, from 1
 * @param replicas all members in ascending order, without repetition
 * @param quorum the sizes of the two quorums
 * @param metadata what the host needs to know of the replicas, in ASCII; of no meaning here
 */
public record Configuration(long id, List<NodeId> replicas, Quorum quorum, String metadata) {
    /** More replicas than this are refused. */
    public static final int REPLICAS_MAX = 64;

    /**
     * Longer metadata are refused. Nine members with long names fit, and all of a configuration fits into the head of a file of the
     * host's log, whose first block of 4096 bytes holds it: hence ASCII only.
     */
    public static final int METADATA_CHARS_MAX = 3_000;

    private static final int ASCII_MAX = 127;

    public Configuration {
        replicas = replicas.stream().sorted().distinct().toList();
        if (id <= 0) {
            throw new IllegalArgumentException("A configuration id must be positive, but was " + id);
        }
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("A configuration needs at least one replica");
        }
        if (replicas.size() > REPLICAS_MAX || metadata.length() > METADATA_CHARS_MAX) {
            throw new IllegalArgumentException("A configuration has at most " + REPLICAS_MAX + " replicas and "
                    + METADATA_CHARS_MAX + " characters of metadata");
        }
        if (metadata.chars().anyMatch(character -> character > ASCII_MAX)) {
            throw new IllegalArgumentException("The metadata of a configuration are ASCII");
        }
        quorum.check(replicas.size());
    }

    /** A configuration without metadata. */
    public Configuration(long id, List<NodeId> replicas, Quorum quorum) {
        this(id, replicas, quorum, "");
    }

    /** Who asks for the lead first: whoever led before it, or else the first replica of then, or else any. */
    NodeId firstCandidate(Configuration before, @Nullable NodeId leader) {
        if (leader != null && replicas.contains(leader)) {
            return leader;
        }
        return replicas.stream().filter(before.replicas()::contains).findFirst().orElse(replicas.getFirst());
    }

    /** A configuration with majority quorums. */
    public static Configuration ofMajorities(long id, List<NodeId> replicas) {
        return new Configuration(id, replicas, Quorum.majority(replicas.size()));
    }
}
