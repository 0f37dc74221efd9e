package io.omnisql.node.transport;

import io.omnisql.node.replica.ReplicaInbox;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Remembers what the transport handed in. */
final class RecordingInbox implements ReplicaInbox {
    /** A message and where it came from. */
    record Received(NodeId from, Message message) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<NodeId> reconnected = new CopyOnWriteArrayList<>();

    @Override
    public void received(NodeId from, Message message) {
        received.add(new Received(from, message));
    }

    @Override
    public void reconnected(NodeId peer) {
        reconnected.add(peer);
    }

    List<Received> received() {
        return received;
    }

    List<Message> from(NodeId node) {
        return received.stream()
                .filter(entry -> entry.from().equals(node))
                .map(Received::message)
                .toList();
    }

    long reconnections(NodeId peer) {
        return reconnected.stream().filter(peer::equals).count();
    }

    static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }
}
