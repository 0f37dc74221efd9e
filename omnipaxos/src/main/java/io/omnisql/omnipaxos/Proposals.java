package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Output.ProposalOutcome;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * This node's own proposals whose outcome is open. All of them belong to the ballot that is promised: when the promise moves,
 * all are superseded. Hence a slot told by the leader and decided while the promise stands holds this very proposal.
 */
final class Proposals {
    /** After so many resend periods without an answer a forwarded proposal is given up. */
    static final int UNANSWERED_PERIODS_MAX = 2;

    private final int openMax;
    private final Outbox outbox;
    private final TreeMap<Long, Long> forwarded = new TreeMap<>(); // Id to the period in which it was sent.
    private final TreeMap<Long, Long> placed = new TreeMap<>(); // Slot to id.

    Proposals(int openMax, Outbox outbox) {
        this.openMax = openMax;
        this.outbox = outbox;
    }

    boolean isFull() {
        return forwarded.size() + placed.size() >= openMax;
    }

    void forwarded(long proposalId, long period) {
        if (forwarded.putIfAbsent(proposalId, period) != null) {
            throw new IllegalArgumentException("Proposal id " + proposalId + " is in use");
        }
    }

    void placed(long proposalId, Ballot ballot, long slot) {
        outbox.tell(new ProposalOutcome.Placed(proposalId, ballot, slot));
        placed.put(slot, proposalId);
    }

    /** The leader's answer to a forwarded proposal; a second one to the same proposal is a duplicate. */
    void answered(Message.ForwardOutcome outcome, long decidedIndex) {
        if (forwarded.remove(outcome.proposalId()) == null) {
            return;
        }
        if (outcome.slot() < 0) {
            superseded(outcome.proposalId());
            return;
        }
        placed(outcome.proposalId(), outcome.ballot(), outcome.slot());
        settle(decidedIndex);
    }

    void settle(long decidedIndex) {
        while (!placed.isEmpty() && placed.firstKey() < decidedIndex) {
            Map.Entry<Long, Long> first = placed.pollFirstEntry();
            outbox.tell(new ProposalOutcome.Decided(first.getValue(), first.getKey()));
        }
    }

    /** The link to the leader broke: what it did not answer may never have arrived. */
    void supersedeUnanswered() {
        forwarded.keySet().forEach(this::superseded);
        forwarded.clear();
    }

    /** Another ballot is promised. */
    void supersedeAll() {
        supersedeUnanswered();
        placed.values().forEach(this::superseded);
        placed.clear();
    }

    void superseded(long proposalId) {
        outbox.tell(new ProposalOutcome.Superseded(proposalId));
    }

    /** Gives up what waited too long. */
    void expire(long period) {
        Iterator<Map.Entry<Long, Long>> entries = forwarded.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, Long> entry = entries.next();
            if (period - entry.getValue() >= UNANSWERED_PERIODS_MAX) {
                superseded(entry.getKey());
                entries.remove();
            }
        }
    }
}
