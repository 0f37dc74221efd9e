package io.omnisql.node.membership;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * Whether nodes that shall get a vote may have it: at its address each must answer, be the very data folder that is named, and have
 * caught up as a learner. A vote for a node that is not there, or that lacks the log, would cost the cluster its reserve.
 *
 * @param question what this node says of itself
 */
public record Newcomers(Introduction question, Introduction.Asking asking) {
    /** Why a member of {@code next} that is none of {@code current} must not vote; nothing when all may. Blocks, for a bounded time for each. */
    Optional<String> objection(Roster current, Roster next) {
        return next.members().stream()
                .filter(member -> current.member(member.memberId()).isEmpty())
                .flatMap(member -> objection(member).stream())
                .findFirst();
    }

    private Optional<String> objection(Member member) {
        String who = "memberId " + member.memberId() + " cannot get a vote: ";
        try {
            return objection(member, question.ask(member.address(), asking)).map(reason -> who + reason);
        } catch (IOException silent) {
            return Optional.of(who + member.address() + " does not answer (" + silent.getMessage() + ")");
        }
    }

    private Optional<String> objection(Member member, Introduction.Answer told) {
        UUID cluster = question.clusterUid();
        Introduction.Learning learning = told.learning();
        if (told.memberId() != member.memberId() || !told.incarnation().equals(member.incarnation())) {
            return Optional.of("at " + member.address() + " is memberId " + told.memberId() + " with incarnation "
                    + told.incarnation());
        }
        if (!told.clusterUid().equals(cluster) || learning == null || !learning.isLearner()) {
            return Optional.of("it is no learner of cluster " + cluster + ": join first");
        }
        return learning.caughtUp()
                ? Optional.empty()
                : Optional.of("it has not caught up, " + learning.lagEntries() + " entries are missing");
    }
}
