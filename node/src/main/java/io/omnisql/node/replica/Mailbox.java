package io.omnisql.node.replica;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for the protocol's next step: bounded, many writers. News about durability cannot be refused, so it is a number of its
 * own and not a place in the queue. Thread-safe.
 */
final class Mailbox {
    private final ArrayBlockingQueue<Letter> letters;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong durableToken = new AtomicLong();

    Mailbox(int capacity) {
        letters = new ArrayBlockingQueue<>(capacity);
    }

    /** False, and counted, when the box is full. */
    boolean offer(Letter letter) {
        boolean isTaken = letters.offer(letter);
        if (!isTaken) {
            refused.incrementAndGet();
        }
        return isTaken;
    }

    /** All batches up to {@code token} are durable. */
    void durable(long token) {
        durableToken.accumulateAndGet(token, Math::max);
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

    /** Whether there is a letter, or a durable batch after {@code tokenSeen}. */
    boolean hasMore(long tokenSeen) {
        return durableToken.get() != tokenSeen || !letters.isEmpty();
    }

    void drainTo(List<Letter> batch, int most) {
        letters.drainTo(batch, most);
    }
}
