package io.omnisql.node.replica;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the replica thread: bounded, many writers, one reader. News about durability cannot be refused, so it is a number
 * of its own and not a place in the queue.
 */
final class Mailbox {
    private final ArrayBlockingQueue<Letter> letters;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong durableToken = new AtomicLong();
    private volatile @Nullable Thread reader;
    private volatile Sleep sleep = Sleep.NONE;

    /** What the reader sleeps through. */
    enum Sleep {
        /** It is awake. */
        NONE,
        /** Everything wakes it. */
        LIGHT,
        /** Proposals do not: they would only be held. */
        THROUGH_PROPOSALS
    }

    Mailbox(int capacity) {
        letters = new ArrayBlockingQueue<>(capacity);
    }

    /** False, and counted, when the box is full. */
    boolean offer(Letter letter) {
        if (!letters.offer(letter)) {
            refused.incrementAndGet();
            return false;
        }
        if (sleep != Sleep.THROUGH_PROPOSALS || !letter.isProposal()) {
            wake();
        }
        return true;
    }

    /** All batches up to {@code token} are durable. */
    void durable(long token) {
        durableToken.accumulateAndGet(token, Math::max);
        wake();
    }

    long durableToken() {
        return durableToken.get();
    }

    long refusedCount() {
        return refused.get();
    }

    int size() {
        return letters.size();
    }

    void drainTo(List<Letter> batch, int most) {
        letters.drainTo(batch, most);
    }

    void ownedByCurrentThread() {
        reader = Thread.currentThread();
    }

    /**
     * Sleeps until something arrives that is worth it, the token moves past {@code tokenSeen}, or {@code nanos} have passed. A proposal
     * that arrives during a sleep through proposals waits for its end.
     */
    void await(Sleep kind, long tokenSeen, long nanos) {
        sleep = kind;
        if (letters.isEmpty() && durableToken.get() == tokenSeen && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
        sleep = Sleep.NONE;
    }

    void wake() {
        Thread thread = reader;
        if (sleep != Sleep.NONE && thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
