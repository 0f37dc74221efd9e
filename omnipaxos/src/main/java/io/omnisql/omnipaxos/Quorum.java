package io.omnisql.omnipaxos;

/**
 * Sizes of a flexible quorum.
 *
 * @param prepare how many replicas must promise before a leader may adopt a log
 * @param accept how many replicas must accept before an entry is chosen
 */
public record Quorum(int prepare, int accept) {

    /** Majorities of {@code replicas} for both. */
    public static Quorum majority(int replicas) {
        int majority = replicas / 2 + 1;
        return new Quorum(majority, majority);
    }

    /** Refuses sizes under which two quorums could miss each other. */
    void check(int replicas) {
        boolean overlaps = prepare + accept > replicas;
        boolean inRange = accept >= 1 && accept <= prepare && prepare <= replicas;
        boolean survivesOne = replicas == 1 || accept >= 2;
        if (!overlaps || !inRange || !survivesOne) {
            throw new IllegalArgumentException(
                    "Quorum sizes prepare=" + prepare + ", accept=" + accept + " do not suit " + replicas
                            + " replicas: they must overlap, with 2 <= accept <= prepare <= replicas");
        }
    }

    /** How many replicas (the leader among them) must confirm a round so that no later one can be complete. */
    int confirm(int replicas) {
        return replicas - prepare + 1;
    }
}
