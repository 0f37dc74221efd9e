package io.omnisql.node.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.omnisql.node.replica.PeerTraffic;
import io.omnisql.node.replica.PeerTraffic.Figures;
import io.omnisql.omnipaxos.NodeId;
import java.util.List;
import java.util.function.ToLongFunction;

/** Counts what travels between this node and its peers. */
final class PeerMetrics {
    private final MeterRegistry registry;
    private final PeerTraffic traffic;

    PeerMetrics(MeterRegistry registry, PeerTraffic traffic) {
        this.registry = registry;
        this.traffic = traffic;
    }

    void bind(List<NodeId> peers) {
        for (NodeId peer : peers) {
            directed("omnisql.peer.frames", "Frames after the handshake", peer, "in", Figures::framesIn);
            directed("omnisql.peer.frames", "Frames after the handshake", peer, "out", Figures::framesOut);
            directed("omnisql.peer.bytes", "Bytes after the handshake", peer, "in", Figures::bytesIn);
            directed("omnisql.peer.bytes", "Bytes after the handshake", peer, "out", Figures::bytesOut);
            counter("omnisql.peer.links", peer, Figures::links)
                    .description("Connections made with the peer by either side; beyond four they are reconnects")
                    .register(registry);
        }
        FunctionCounter.builder("omnisql.peer.refused.handshakes", traffic, PeerTraffic::refusedHandshakes)
                .description("Connections that ended before their handshake did")
                .register(registry);
    }

    private void directed(
            String name, String description, NodeId peer, String direction, ToLongFunction<Figures> value) {
        counter(name, peer, value)
                .description(description)
                .tag("direction", direction)
                .register(registry);
    }

    private FunctionCounter.Builder<PeerTraffic> counter(String name, NodeId peer, ToLongFunction<Figures> value) {
        return FunctionCounter.builder(name, traffic, seen -> value.applyAsLong(seen.with(peer)))
                .tag("peer", peer.toString());
    }
}
