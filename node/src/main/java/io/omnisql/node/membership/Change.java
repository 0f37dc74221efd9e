package io.omnisql.node.membership;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request for other members means for the configuration in force. Pure. */
public sealed interface Change {
    /** To be proposed. */
    record Propose(Roster next) implements Change {}

    /** It is in force already: the request was repeated. */
    record Done(Roster current) implements Change {}

    /** This node does not know the configuration that was meant yet. */
    record TooEarly(Roster current) implements Change {}

    /** Another configuration is in force than was meant. */
    record Conflict(Roster current) implements Change {}

    /** Never possible. */
    record Refused(String reason) implements Change {}

    /**
     * Asked of any node.
     *
     * @param expectedConfigurationId the one in force, as the asker believes
     * @param members all of the next one
     * @param prepareQuorum a majority when missing
     * @param acceptQuorum a majority when missing
     */
    record Request(
            long expectedConfigurationId,
            List<Member> members,
            @Nullable Integer prepareQuorum,
            @Nullable Integer acceptQuorum) {
        public Request {
            members = List.copyOf(Objects.requireNonNull(members, "members"));
        }
    }

    /** Compares and plans. */
    static Change of(Roster current, Request asked) {
        if (asked.members().isEmpty()) {
            return new Refused("members: a configuration needs at least one");
        }
        for (Member member : asked.members()) {
            if (ReaderId.is(member.memberId())) {
                return new Refused("memberId " + member.memberId() + " is a read replica's, as all are from "
                        + ReaderId.FIRST + " on: it never gets a vote");
            }
        }
        long expected = asked.expectedConfigurationId();
        if (current.id() < expected) {
            return new TooEarly(current);
        }
        long nextMemberId = current.nextMemberId();
        for (Member member : asked.members()) {
            nextMemberId = Math.max(nextMemberId, member.memberId() + 1);
        }
        Roster next =
                Roster.of(expected + 1, nextMemberId, asked.members(), asked.prepareQuorum(), asked.acceptQuorum());
        if (current.id() == expected + 1 && current.hasContentsOf(next)) {
            return new Done(current);
        }
        if (current.id() != expected) {
            return new Conflict(current);
        }
        return planned(current, next);
    }

    private static Change planned(Roster current, Roster next) {
        for (Member member : next.members()) {
            Optional<Member> known = current.member(member.memberId());
            if (known.isEmpty() && member.memberId() < current.nextMemberId()) {
                return new Refused("memberId " + member.memberId() + " was used before: the next free one is "
                        + current.nextMemberId());
            }
            if (known.isPresent() && !known.get().incarnation().equals(member.incarnation())) {
                return new Refused("memberId " + member.memberId() + " has incarnation "
                        + known.get().incarnation() + ": another data folder needs an id of its own");
            }
        }
        try {
            next.configuration();
        } catch (IllegalArgumentException impossible) {
            return new Refused(String.valueOf(impossible.getMessage()));
        }
        return new Propose(next);
    }
}
