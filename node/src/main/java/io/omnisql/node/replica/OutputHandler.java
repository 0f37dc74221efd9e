package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.Output.CatchUp;
import io.omnisql.omnipaxos.Output.Outgoing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Carries out what a step asks: sends what may leave at once, and what speaks of a batch when it is durable. Used only in a turn. */
final class OutputHandler {
    private static final Logger LOG = Logger.getLogger(OutputHandler.class);
    private static final long CATCH_UP_BYTES_MAX = 1L << 20;

    private final DurableLog log;
    private final PeerLinks links;
    private final Applier applier;
    private final ReplicaListener listener;
    private final SnapshotNeeds snapshots;
    private final Executor blocking;
    private final Company company;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Set<NodeId> catchingUp = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Long toldOfSnapshotNanos;

    OutputHandler(ReplicaLoop.Parts parts, Company company, Executor blocking) {
        this.company = company;
        this.log = parts.log();
        this.links = parts.links();
        this.applier = parts.applier();
        this.listener = parts.listener();
        this.snapshots = parts.snapshots();
        this.blocking = blocking;
    }

    void handle(Output output) {
        send(output.immediate());
        if (!output.writes().isEmpty() || !output.afterDurable().isEmpty()) {
            waiting.add(new Waiting(output.token(), output.afterDurable()));
            log.append(output.token(), output.writes());
        }
        if (!output.decided().isEmpty()) {
            applier.decided(output.decidedFrom(), output.decided());
        }
        output.catchUps().forEach(this::catchUp);
        output.snapshotsRequired().forEach(needed -> snapshots.required(needed.teller(), needed.minimumIndex()));
        output.reads().forEach(listener::read);
        output.proposals().forEach(listener::proposal);
    }

    /** Releases what waited for batches up to {@code token}. */
    void durable(long token, OmniPaxos core) {
        boolean any = false;
        while (!waiting.isEmpty() && waiting.element().token <= token) {
            send(waiting.remove().messages);
            any = true;
        }
        if (any) {
            core.persisted(token);
        }
    }

    /** Whether a batch is on its way to the disk. */
    boolean isLogBusy() {
        return !waiting.isEmpty();
    }

    private void send(List<Outgoing> messages) {
        long now = System.nanoTime();
        for (Outgoing outgoing : messages) {
            if (outgoing.message() instanceof Message.SnapshotRequired) {
                toldOfSnapshotNanos = now;
            }
            company.send(outgoing, now);
        }
    }

    /** Whether a peer was told within this time that only a snapshot helps it. Any thread. */
    boolean hasToldOfSnapshot(Duration within) {
        Long told = toldOfSnapshotNanos;
        return told != null && System.nanoTime() - told <= within.toNanos();
    }

    /** One step at a time for each peer: it asks again when it has taken this one. */
    private void catchUp(CatchUp step) {
        if (!catchingUp.add(step.to())) {
            return; // The protocol repeats what it still needs.
        }
        blocking.execute(() -> {
            try {
                List<Entry> entries = log.read(step.from(), step.until(), CATCH_UP_BYTES_MAX);
                if (!entries.isEmpty()) {
                    links.send(step.to(), step.answer(entries));
                }
            } catch (IOException e) {
                LOG.errorf(
                        e, "Catch-up of a peer failed: peer=%s from=%d until=%d", step.to(), step.from(), step.until());
            } finally {
                catchingUp.remove(step.to());
            }
        });
    }

    private record Waiting(long token, List<Outgoing> messages) {}
}
