package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Message.FollowRequest;
import io.omnisql.omnipaxos.Message.FollowedEntries;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives the decided log to whoever asks: learners, and replicas that the group has left behind in an earlier configuration. Decided
 * entries never change, so any node may give them; no leader and no quorum is needed.
 *
 * <p>A request is answered as soon as there is something new, and at the latest after a resend period, with nothing.
 */
final class DecidedLogFeed {
    private static final long MESSAGE_BYTES_MAX = 1L << 20;
    private static final int READERS_MAX = 256;

    private record Waiting(long configurationId, long from) {}

    private final Acceptor acceptor;
    private final Outbox outbox;
    private final int catchUpEntriesMax;
    private final TreeMap<NodeId, Waiting> waiting = new TreeMap<>();

    DecidedLogFeed(Acceptor acceptor, Outbox outbox, int catchUpEntriesMax) {
        this.acceptor = acceptor;
        this.outbox = outbox;
        this.catchUpEntriesMax = catchUpEntriesMax;
    }

    void onRequest(NodeId reader, FollowRequest request) {
        boolean hasRoom = waiting.size() < READERS_MAX || waiting.containsKey(reader);
        if (request.configurationId() <= acceptor.configuration().id() && hasRoom) {
            waiting.put(reader, new Waiting(request.configurationId(), request.from()));
        }
    }

    boolean hasUnsent() {
        if (waiting.isEmpty()) {
            return false;
        }
        long decidedIndex = acceptor.log().decidedIndex();
        return waiting.values().stream().anyMatch(each -> each.from() < decidedIndex);
    }

    void flush() {
        Iterator<Map.Entry<NodeId, Waiting>> all = waiting.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<NodeId, Waiting> each = all.next();
            if (each.getValue().from() < acceptor.log().decidedIndex()) {
                give(each.getKey(), each.getValue());
                all.remove();
            }
        }
    }

    /** Tells all who still wait that this node is there. */
    void resend() {
        waiting.forEach((reader, request) -> {
            Ballot ballot = acceptor.decidedUnder(request.configurationId());
            outbox.send(reader, new FollowedEntries(ballot, request.from(), List.of()));
        });
        waiting.clear();
    }

    private void give(NodeId reader, Waiting request) {
        ReplicatedLog log = acceptor.log();
        Ballot ballot = acceptor.decidedUnder(request.configurationId());
        long from = request.from();
        if (from < log.compactedIndex()) {
            long configurationId = acceptor.configuration().id();
            outbox.send(reader, new Message.SnapshotRequired(configurationId, log.compactedIndex()));
        } else if (from < log.retainedFrom()) {
            long until = Math.min(acceptor.readableIndex(), from + catchUpEntriesMax);
            outbox.catchUp(new Output.CatchUp(reader, ballot, from, until, true));
        } else {
            long until = Math.min(log.decidedIndex(), log.messageEnd(from, MESSAGE_BYTES_MAX));
            outbox.send(reader, new FollowedEntries(ballot, from, log.entries(from, until)));
        }
    }
}
