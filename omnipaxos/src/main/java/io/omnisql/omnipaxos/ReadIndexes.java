package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Output.ReadOutcome;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The linearizable reads that a leader has to vouch for, in one round.
 *
 * <p>One confirmation is under way at a time and serves all reads that arrived before it was sent; those that arrive meanwhile
 * share the next one, which starts when it ends. So the number of messages does not grow with that of reads.
 *
 * <p>A read sees every write that was decided before it arrived: those of earlier rounds lie below the round start index, those
 * of this round are decided by this leader alone, and a later round cannot have begun when so many members that no prepare
 * quorum avoids them all say, after the read arrived, that they promised nothing higher.
 */
final class ReadIndexes {

    private record Read(int member, long readId, long period) {}

    private final Shared shared;
    private final Ballot ballot;
    private final int confirmationsNeeded;
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
        if (waiting.size() >= shared.settings().proposalsInFlightMax()) {
            fail(read);
        } else {
            waiting.addLast(read);
        }
    }

    boolean canStart(long roundStartIndex) {
        return confirming.isEmpty() && !waiting.isEmpty() && shared.log().decidedIndex() >= roundStartIndex;
    }

    /** Takes the read index for all that wait, then asks the peers; in this order. */
    void start() {
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
        if (count >= confirmationsNeeded) {
            confirming.forEach(read -> answer(read, readIndex));
            confirming.clear();
        }
    }

    /** Asks again, and gives up what waited too long. */
    void resend(long period) {
        expire(confirming, period);
        expire(waiting, period);
        if (!confirming.isEmpty()) {
            ask();
        }
    }

    void failAll() {
        confirming.forEach(this::fail);
        waiting.forEach(this::fail);
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
        if (read.member() != shared.members().self()) {
            shared.outbox().send(read.member(), new Message.ReadIndexReply(ballot, read.readId(), index));
        } else if (index < 0) {
            shared.outbox().tell(new ReadOutcome.Failed(read.readId()));
        } else {
            shared.outbox().tell(new ReadOutcome.Ready(read.readId(), index));
        }
    }
}
