package io.omnisql.node.gateway;

import io.omnisql.node.sql.RequestId;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which command. The applier tells results here; clients hear them on another thread than the applier's, one turn of
 * which tells all that are there by then: a busy applier commits dozens at a time. What a client does with its result must not block.
 */
public final class PendingWrites implements AppliedResults {
    private final ConcurrentMap<RequestId, PendingWrite> byRequest = new ConcurrentHashMap<>();
    private final Executor delivery;
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean hasTurn = new AtomicBoolean();

    private record Ended(PendingWrite write, WriteOutcome outcome) {
        void tell() {
            write.outcome.complete(outcome);
        }
    }

    /** Results are handed to clients by {@code delivery}, so that the applier never runs their code. */
    public PendingWrites(Executor delivery) {
        this.delivery = delivery;
    }

    /** The write that already waits under this id, or null when {@code write} is registered now. */
    @Nullable
    PendingWrite register(PendingWrite write) {
        return byRequest.putIfAbsent(write.requestId, write);
    }

    void forget(PendingWrite write) {
        byRequest.remove(write.requestId, write);
    }

    Collection<PendingWrite> all() {
        return byRequest.values();
    }

    /** How many clients wait. */
    public int size() {
        return byRequest.size();
    }

    @Override
    public boolean isAwaited(RequestId requestId) {
        return byRequest.containsKey(requestId);
    }

    @Override
    public void applied(RequestId requestId, AppliedResult result) {
        PendingWrite write = byRequest.remove(requestId);
        if (write != null) {
            complete(write, new WriteOutcome.Applied(result));
        }
    }

    void complete(PendingWrite write, WriteOutcome outcome) {
        ended.add(new Ended(write, outcome));
        if (hasTurn.compareAndSet(false, true)) {
            try {
                delivery.execute(this::tellAll);
            } catch (RejectedExecutionException stopping) {
                tellAll();
            }
        }
    }

    private void tellAll() {
        hasTurn.set(false); // First: whoever ends from now on asks for another turn.
        for (Ended next = ended.poll(); next != null; next = ended.poll()) {
            next.tell();
        }
    }
}
