package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Output.ReadOutcome;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** The linearizable reads of this node that wait for the answer of a leader elsewhere. */
final class ReadRequests {
    private final int openMax;
    private final Outbox outbox;
    private final TreeMap<Long, Long> open = new TreeMap<>(); // Id to the period in which it was sent.

    ReadRequests(int openMax, Outbox outbox) {
        this.openMax = openMax;
        this.outbox = outbox;
    }

    boolean isFull() {
        return open.size() >= openMax;
    }

    void asked(long readId, long period) {
        if (open.putIfAbsent(readId, period) != null) {
            throw new IllegalArgumentException("Read id " + readId + " is in use");
        }
    }

    void answered(Message.ReadIndexReply reply) {
        if (open.remove(reply.readId()) == null) {
            return; // Given up already.
        }
        outbox.tell(
                reply.readIndex() < 0
                        ? new ReadOutcome.Failed(reply.readId())
                        : new ReadOutcome.Ready(reply.readId(), reply.readIndex()));
    }

    /** The leader changed or the link to it broke. */
    void failAll() {
        open.keySet().forEach(readId -> outbox.tell(new ReadOutcome.Failed(readId)));
        open.clear();
    }

    /** Gives up what waited too long. */
    void expire(long period) {
        Iterator<Map.Entry<Long, Long>> entries = open.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, Long> entry = entries.next();
            if (period - entry.getValue() >= Proposals.UNANSWERED_PERIODS_MAX) {
                outbox.tell(new ReadOutcome.Failed(entry.getKey()));
                entries.remove();
            }
        }
    }
}
