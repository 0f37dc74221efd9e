package io.omnisql.node.gateway;

import io.omnisql.node.sql.RequestId;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Who waits for which command. The applier tells results here; clients hear them on another thread than the applier's. */
public final class PendingWrites implements AppliedResults {
    private final ConcurrentMap<RequestId, PendingWrite> byRequest = new ConcurrentHashMap<>();
    private final Executor delivery;

    /** Who is no session gets its result by {@code delivery}: the applier never runs a client's code. */
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
    public boolean isAnyAwaited() {
        return !byRequest.isEmpty();
    }

    @Override
    public boolean isGivenUp(RequestId requestId) {
        PendingWrite write = byRequest.get(requestId);
        return write != null && write.isGivenUp();
    }

    /** A session hears of it at once: its own next read waits until the effect shows. All others find it there. */
    @Override
    public void executed(RequestId requestId, AppliedResult result) {
        PendingWrite write = byRequest.get(requestId);
        if (write != null && write.session != null && byRequest.remove(requestId, write)) {
            complete(write, new WriteOutcome.Applied(result));
        }
    }

    @Override
    public void applied(RequestId requestId, AppliedResult result) {
        PendingWrite write = byRequest.remove(requestId);
        if (write != null) {
            complete(write, new WriteOutcome.Applied(result));
        }
    }

    void complete(PendingWrite write, WriteOutcome outcome) {
        Executor teller = write.session == null ? delivery : write.session;
        try {
            teller.execute(() -> write.outcome.complete(outcome));
        } catch (RejectedExecutionException stopping) {
            write.outcome.complete(outcome);
        }
    }
}
