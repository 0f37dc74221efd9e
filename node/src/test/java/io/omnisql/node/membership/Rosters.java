package io.omnisql.node.membership;

import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;

/** Members for tests. */
final class Rosters {
    private Rosters() {}

    static UUID incarnation(long memberId) {
        return new UUID(5, memberId);
    }

    static Member member(long memberId) {
        return new Member(memberId, incarnation(memberId), "node-" + memberId + ".example:7000", 0);
    }

    static List<Member> members(long... memberIds) {
        return LongStream.of(memberIds).mapToObj(Rosters::member).toList();
    }

    static Roster roster(long id, long nextMemberId, long... memberIds) {
        return Roster.of(id, nextMemberId, members(memberIds), null, null);
    }
}
