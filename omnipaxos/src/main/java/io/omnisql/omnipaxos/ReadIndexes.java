package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Output.ReadOutcome;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;

/**
 * The linearizable reads that a leader has to vouch for, in one round.
 *
 * <p>One confirmation is under way at a time and serves all reads that arrived before it was sent; those that arrive meanwhile
 * share the next one, which starts when it ends. So the number of messages does not grow with that of reads.
 *
 * <p>A read sees every write that was decided before it arrived at its member: those of earlier rounds lie below the round start
 * index, those of this round are decided by this leader alone, and a later round cannot have begun when so many members that no
 * prepare quorum avoids them all say, after the read arrived, that they promised nothing higher. The next configuration cannot have
 * begun either, before its stop sign was decided: in an earlier round, then it lies below the round start index, or here. A
 * follower says so of itself by asking, for its question names the ballot that it promised: of three replicas it and the leader
 * are enough, and nobody else is asked.
 */
final class ReadIndexes {

    private record Read(int member, long readId, long period) {}

    private final Shared shared;
    private final Ballot ballot;
    private final int confirmationsNeeded;
    /** For these the words of their member and of the leader are enough. */
    private final ArrayDeque<Read> vouched = new ArrayDeque<>();

    private final ArrayDeque<Read> waiting = new ArrayDeque<>();
    private final ArrayDeque<Read> confirming = new ArrayDeque<>();
    private final boolean[] confirmed;
    private long confirmation;
    private long readIndex;

    ReadIndexes(Shared shared, Ballot ballot) {
        this.shared = shared;
        this.ballot = ballot;
        this.confirmed = new boolean[shared.members().count()];
        this.confirmationsNeeded = shared.quorum().confirm(confirmed.length);
    }

    void request(int member, long readId, long period) {
        Read read = new Read(member, readId, period);
        if (vouched.size() + waiting.size() >= shared.settings().proposalsInFlightMax()) {
            fail(read);
        } else if ((isOwn(read) ? 1 : 2) >= confirmationsNeeded) {
            vouched.addLast(read);
        } else {
            waiting.addLast(read);
        }
    }

    private boolean isOwn(Read read) {
        return read.member() == shared.members().self();
    }

    /**
     * Never at a decided end: this leader may be the last to decide a stop sign that it adopted, long after the next configuration
     * began elsewhere and decided more. What waits fails then.
     */
    boolean canStart(long roundStartIndex) {
        boolean hasReads = !vouched.isEmpty() || (confirming.isEmpty() && !waiting.isEmpty());
        return hasReads
                && shared.log().decidedIndex() >= roundStartIndex
                && !shared.log().isEndDecided();
    }

    /** Answers those for which nobody else is needed, and begins a confirmation for the others if none is under way. */
    void start() {
        vouched.forEach(read -> answer(read, shared.log().decidedIndex()));
        vouched.clear();
        if (confirming.isEmpty() && !waiting.isEmpty()) {
            confirm();
        }
    }

    /** Takes the read index for all that wait, then asks the peers; in this order. */
    private void confirm() {
        confirming.addAll(waiting);
        waiting.clear();
        readIndex = shared.log().decidedIndex();
        confirmation++;
        Arrays.fill(confirmed, false);
        ask();
        confirmed(shared.members().self(), confirmation);
    }

    void confirmed(int member, long confirmation) {
        if (confirming.isEmpty() || confirmation != this.confirmation) {
            return;
        }
        confirmed[member] = true;
        int count = 0;
        for (boolean has : confirmed) {
            count += has ? 1 : 0;
        }
        answerConfirmed(count);
    }

    private void answerConfirmed(int confirmations) {
        Iterator<Read> reads = confirming.iterator();
        while (reads.hasNext()) {
            Read read = reads.next();
            int words = confirmations + (confirmed[read.member()] ? 0 : 1); // Its member's question counts as its word.
            if (words >= confirmationsNeeded) {
                answer(read, readIndex);
                reads.remove();
            }
        }
    }

    /** Asks again, and gives up what waited too long. */
    void resend(long period) {
        expire(vouched, period);
        expire(confirming, period);
        expire(waiting, period);
        if (!confirming.isEmpty()) {
            ask();
        }
    }

    void failAll() {
        vouched.forEach(this::fail);
        confirming.forEach(this::fail);
        waiting.forEach(this::fail);
        vouched.clear();
        confirming.clear();
        waiting.clear();
    }

    private void ask() {
        shared.outbox().sendToPeers(new Message.ConfirmRound(ballot, confirmation));
    }

    private void expire(ArrayDeque<Read> reads, long period) {
        while (!reads.isEmpty() && period - reads.getFirst().period() >= Proposals.UNANSWERED_PERIODS_MAX) {
            fail(reads.removeFirst());
        }
    }

    private void fail(Read read) {
        answer(read, -1);
    }

    private void answer(Read read, long index) {
        if (!isOwn(read)) {
            shared.outbox().send(read.member(), new Message.ReadIndexReply(ballot, read.readId(), index));
        } else if (index < 0) {
            shared.outbox().tell(new ReadOutcome.Failed(read.readId()));
        } else {
            shared.outbox().tell(new ReadOutcome.Ready(read.readId(), index));
        }
    }
}
