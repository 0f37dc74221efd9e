package io.omnisql.node.replica;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for the protocol's next step: bounded in letters and bytes, many writers. What is refused the protocol repairs as if it
 * were lost on its way. News about durability cannot be refused, so it is a number of its own and not a place in the queue.
 * Thread-safe.
 */
final class Mailbox {
    private final ArrayBlockingQueue<Letter> letters;
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong durableToken = new AtomicLong();

    Mailbox(int capacity, long bytesMax) {
        this.bytesMax = bytesMax;
        letters = new ArrayBlockingQueue<>(capacity);
    }

    /**
     * False, and counted, when the box is full. A letter that weighs nothing is taken however much the others weigh, and the one that
     * exceeds the bound, too: else one that is heavier than all the others could never come.
     */
    boolean offer(Letter letter) {
        long weight = letter.bytes();
        long before = bytes.getAndAdd(weight);
        boolean fits = weight == 0 || before <= bytesMax;
        boolean isTaken = fits && letters.offer(letter);
        if (!isTaken) {
            bytes.addAndGet(-weight);
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

    /** Adds to the batch what waits, so many letters at most. */
    void drainTo(List<Letter> batch, int most) {
        int known = batch.size();
        letters.drainTo(batch, most);
        long weight = 0;
        for (Letter letter : batch.subList(known, batch.size())) {
            weight += letter.bytes();
        }
        bytes.addAndGet(-weight);
    }
}
