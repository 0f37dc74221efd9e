package io.omnisql.node.transport;

import io.omnisql.node.replica.PeerTraffic;
import io.omnisql.omnipaxos.NodeId;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the connections carry. */
final class Traffic implements PeerTraffic {
    private final ConcurrentMap<NodeId, Tally> tallies = new ConcurrentSkipListMap<>();
    private final LongAdder refused = new LongAdder();

    /** One peer's counts. Any thread. */
    static final class Tally {
        private final LongAdder framesIn = new LongAdder();
        private final LongAdder bytesIn = new LongAdder();
        private final LongAdder framesOut = new LongAdder();
        private final LongAdder bytesOut = new LongAdder();
        private final LongAdder links = new LongAdder();

        void received(long bytes) {
            bytesIn.add(bytes);
        }

        void receivedFrame() {
            framesIn.increment();
        }

        void sent(long frames, long bytes) {
            framesOut.add(frames);
            bytesOut.add(bytes);
        }

        void linked() {
            links.increment();
        }
    }

    /** Of a peer that the handshake has found to be one. */
    Tally of(NodeId peer) {
        return tallies.computeIfAbsent(peer, met -> new Tally());
    }

    void refused() {
        refused.increment();
    }

    @Override
    public Figures with(NodeId peer) {
        Tally tally = tallies.get(peer);
        return tally == null
                ? new Figures(0, 0, 0, 0, 0)
                : new Figures(
                        tally.framesIn.sum(),
                        tally.bytesIn.sum(),
                        tally.framesOut.sum(),
                        tally.bytesOut.sum(),
                        tally.links.sum());
    }

    @Override
    public long refusedHandshakes() {
        return refused.sum();
    }
}
