package io.omnisql.node.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/** How many entries this node has executed, for whoever waits for one. Thread-safe. */
public final class AppliedIndex {
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>();
    private final int waitersMax;
    private volatile long index;
    private volatile Runnable onWaiter = () -> {};
    private long highest;

    /** Bounded: at most {@code waitersMax} may wait at once. */
    public AppliedIndex(int waitersMax) {
        this.waitersMax = waitersMax;
    }

    /** Entries applied: an exclusive index. */
    public long get() {
        return index;
    }

    /** Moves forward; a smaller index is ignored. Completes waiters on the caller's thread. */
    public void advance(long applied) {
        List<Waiter> ready = new ArrayList<>();
        synchronized (waiters) {
            if (applied <= index) {
                return;
            }
            index = applied;
            highest = Math.max(highest, applied);
            while (!waiters.isEmpty() && waiters.peek().index <= applied) {
                ready.add(waiters.poll());
            }
        }
        for (Waiter waiter : ready) {
            waiter.reached.complete(applied);
        }
    }

    /**
     * The greatest index ever told. Whoever waited for an index and then had to open a new session with PostgreSQL must wait for this one
     * too, with the session open: PostgreSQL may have lost commits that were seen before.
     */
    public long highest() {
        synchronized (waiters) {
            return highest;
        }
    }

    /** Moves back: PostgreSQL lost its last commits and they are applied again; a larger index is ignored. */
    public void retreat(long applied) {
        synchronized (waiters) {
            index = Math.min(index, applied);
        }
    }

    /**
     * Completes with the applied index once it is at least {@code awaited}. The caller sets the deadline (a completed or
     * cancelled future is forgotten) and gets a failed future with {@link IllegalStateException} when too many wait.
     */
    public CompletableFuture<Long> await(long awaited) {
        if (awaited <= index) {
            return CompletableFuture.completedFuture(index);
        }
        var waiter = new Waiter(awaited, new CompletableFuture<>());
        synchronized (waiters) {
            if (awaited <= index) {
                return CompletableFuture.completedFuture(index);
            }
            if (waiters.size() >= waitersMax) {
                waiters.removeIf(given -> given.reached.isDone());
            }
            if (waiters.size() >= waitersMax) {
                return CompletableFuture.failedFuture(new IllegalStateException(
                        "More than " + waitersMax + " requests wait for entries to be applied"));
            }
            waiters.add(waiter);
        }
        onWaiter.run();
        return waiter.reached;
    }

    /** From now on this is run whenever somebody has to wait, on the waiting caller's thread: it must be quick. */
    public void onWaiter(Runnable hurry) {
        onWaiter = hurry;
    }

    /** Whether somebody waits, or did until it gave up. */
    public boolean isAwaited() {
        synchronized (waiters) {
            return !waiters.isEmpty();
        }
    }

    private record Waiter(long index, CompletableFuture<Long> reached) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            return Long.compare(index, other.index);
        }
    }
}
