package io.omnisql.operator.plan;

import java.util.List;

/** A decided set of voters; a cluster lives through a chain of them. */
public record Configuration(long id, long nextMemberId, List<Member> members) {
    /** Keeps a copy. */
    public Configuration {
        members = List.copyOf(members);
    }

    /** How many voters are more than half. */
    public int majority() {
        return members.size() / 2 + 1;
    }

    /** The greatest ordinal of a voter; -1 without voters. */
    public int highestOrdinal() {
        return members.stream().mapToInt(Member::ordinal).max().orElse(-1);
    }
}
