package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Message.AcceptDecide;
import io.omnisql.omnipaxos.Message.AcceptSync;
import io.omnisql.omnipaxos.Message.Decide;
import io.omnisql.omnipaxos.Message.LogSync;
import io.omnisql.omnipaxos.Message.Sequence;
import java.util.List;

/**
 * The sequenced messages from a leader to one follower: what was sent last, and how far it went.
 *
 * <p>One (ballot, session, counter) has one content for ever. An entry is in the stream exactly when a message that holds it was
 * formed, so a message waiting in a queue never has to change.
 */
final class Stream {
    private final Ballot ballot;
    private Sequence last = Sequence.NONE;
    private long sentIndex;
    private long sentDecidedIndex;
    private long syncEnd;
    private boolean isAnswered;

    Stream(Ballot ballot) {
        this.ballot = ballot;
    }

    Sequence last() {
        return last;
    }

    long sentIndex() {
        return sentIndex;
    }

    boolean isBehind(ReplicatedLog log) {
        return sentIndex < log.acceptedIndex() || sentDecidedIndex < log.decidedIndex();
    }

    /** Opens a session. */
    AcceptSync sync(long decidedIndex, LogSync sync) {
        last = new Sequence(last.session() + 1, 1);
        sentIndex = sync.end();
        syncEnd = sync.end();
        isAnswered = false;
        sentDecidedIndex = decidedIndex;
        return new AcceptSync(ballot, last, decidedIndex, sync);
    }

    /** The follower has so much on its disk: at least what the session began with, if it got that. */
    void acknowledged(long index) {
        isAnswered |= index >= syncEnd;
    }

    /** Whether the follower is known to have taken this session up. */
    boolean isAnswered() {
        return isAnswered;
    }

    AcceptDecide append(long decidedIndex, List<Entry> entries) {
        last = last.next();
        sentIndex += entries.size();
        sentDecidedIndex = decidedIndex;
        return new AcceptDecide(ballot, last, decidedIndex, entries);
    }

    Decide decide(long decidedIndex) {
        last = last.next();
        sentDecidedIndex = decidedIndex;
        return new Decide(ballot, last, decidedIndex);
    }
}
