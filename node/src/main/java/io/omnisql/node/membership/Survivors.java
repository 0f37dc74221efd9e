package io.omnisql.node.membership;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a member may go on alone: not while enough others answer to be a quorum with it, and not while one answers that holds more.
 * That the silent ones are lost for ever, and not only out of reach, no node can know: the administrator vouches for it.
 *
 * @param question what this node says of itself
 */
public record Survivors(Introduction question, Introduction.Asking asking) {
    /** Why this node must not go on alone; nothing when it may. Blocks, for a bounded time for each member. */
    public Optional<Reply> objection(Roster current, long acceptedIndex) {
        List<Introduction.Answer> answers = answers(current);
        int quorum = Math.min(current.prepareQuorum(), current.acceptQuorum());
        if (1 + answers.size() >= quorum) {
            return Optional.of(Reply.conflict(
                    "quorum_answers",
                    (1 + answers.size()) + " of " + current.members().size()
                            + " members answer, which may be a quorum: nothing was changed",
                    current));
        }
        return answers.stream()
                .filter(answer -> answer.learning() != null && answer.learning().acceptedIndex() > acceptedIndex)
                .findFirst()
                .map(better -> Reply.conflict(
                        "another_holds_more",
                        "member " + better.memberId() + " at " + better.address()
                                + " answers and holds more entries than this node's " + acceptedIndex
                                + ": nothing was changed",
                        current));
    }

    private List<Introduction.Answer> answers(Roster current) {
        List<Introduction.Answer> answers = new ArrayList<>();
        for (Member member : current.members()) {
            if (member.memberId() != question.memberId()) {
                answer(member).ifPresent(answers::add);
            }
        }
        return answers;
    }

    /** Of the member itself: a node with an emptied disk in its place has forgotten all and is none. */
    private Optional<Introduction.Answer> answer(Member member) {
        try {
            return Optional.of(question.ask(member.address(), asking))
                    .filter(answer -> answer.clusterUid().equals(question.clusterUid()))
                    .filter(answer -> answer.incarnation().equals(member.incarnation()));
        } catch (IOException silent) {
            return Optional.empty();
        }
    }
}
