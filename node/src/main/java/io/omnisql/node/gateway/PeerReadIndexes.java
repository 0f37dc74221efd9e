package io.omnisql.node.gateway;

import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Read indexes for readers, which no leader knows: both ends of the way to a member, whose own core asks for one as for a read of its own.
 *
 * <p>One question is under way at a time and serves all reads that came before it was asked; those that come meanwhile share the next. It
 * goes to the member that answered last, and after a failure to the next one. Thread-safe.
 */
final class PeerReadIndexes {
    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(2);
    private static final byte[] NO_BYTES = {};

    private final LongSupplier ids;
    private final LongPredicate core;
    private final Asked asked;
    private final int waitingMax;
    private final ConcurrentMap<Long, CompletableFuture<byte[]>> answers = new ConcurrentHashMap<>();
    private List<Long> waiting = new ArrayList<>(); // Guarded by this, as what follows.
    private boolean isUnderWay;
    private int failures;

    /**
     * The other end of a reader's questions.
     *
     * @param members who may be asked; others may come
     * @param told hears what became of each read that asked
     */
    record Asked(PeerCalls peers, Supplier<List<NodeId>> members, Consumer<ReadOutcome> told) {}

    /**
     * Asks nobody yet.
     *
     * @param ids for questions to {@code core}, never used before
     * @param core takes a question for a read index up, or does not
     * @param waitingMax reads that wait for a question to members, and questions of readers that wait for the core
     */
    PeerReadIndexes(LongSupplier ids, LongPredicate core, Asked asked, int waitingMax) {
        this.ids = ids;
        this.core = core;
        this.asked = asked;
        this.waitingMax = waitingMax;
    }

    // ---- at the reader

    /** Takes a read's question up; false when too many wait. */
    boolean ask(long readId) {
        synchronized (this) {
            if (waiting.size() >= waitingMax) {
                return false;
            }
            waiting.add(readId);
        }
        askNext();
        return true;
    }

    private void askNext() {
        List<Long> reads;
        int next;
        synchronized (this) {
            if (isUnderWay || waiting.isEmpty()) {
                return;
            }
            isUnderWay = true;
            reads = waiting;
            waiting = new ArrayList<>();
            next = failures;
        }
        var _ = call(next).whenComplete((bytes, failure) -> answered(reads, failure == null ? index(bytes) : -1));
    }

    private CompletionStage<byte[]> call(int next) {
        try {
            List<NodeId> members = asked.members.get();
            if (members.isEmpty()) {
                return CompletableFuture.failedStage(new IOException("No member is known"));
            }
            NodeId member = members.get(Math.floorMod(next, members.size()));
            return asked.peers.call(member, PeerCalls.Kind.READ_INDEX, NO_BYTES, ATTEMPT_MAX);
        } catch (RuntimeException e) { // Whatever it is, the reads that come later must be asked for.
            return CompletableFuture.failedStage(e);
        }
    }

    /** Nonsense counts as no answer. */
    private static long index(byte[] answer) {
        return answer.length == Long.BYTES ? ByteBuffer.wrap(answer).getLong() : -1;
    }

    private void answered(List<Long> reads, long readIndex) {
        synchronized (this) {
            isUnderWay = false;
            failures += readIndex < 0 ? 1 : 0;
        }
        for (long read : reads) {
            asked.told.accept(readIndex < 0 ? new ReadOutcome.Failed(read) : new ReadOutcome.Ready(read, readIndex));
        }
        askNext();
    }

    // ---- at the member

    /** Answers a reader as soon as the core vouches for an index; the core was not asked before. */
    CompletionStage<byte[]> answer() {
        if (answers.size() >= waitingMax) {
            return CompletableFuture.failedStage(new IOException("Too many read indexes are asked for here"));
        }
        long id = ids.getAsLong();
        var answer = new CompletableFuture<byte[]>();
        answers.put(id, answer);
        if (!core.test(id)) {
            boolean _ = ended(new ReadOutcome.Failed(id));
        }
        return answer.orTimeout(ATTEMPT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((bytes, failure) -> answers.remove(id));
    }

    /** The core answered a question; false when it was not one of {@link #answer}. */
    boolean ended(ReadOutcome outcome) {
        CompletableFuture<byte[]> answer = answers.remove(outcome.readId());
        if (answer == null) {
            return false;
        }
        switch (outcome) {
            case ReadOutcome.Ready(long id, long readIndex) ->
                answer.complete(
                        ByteBuffer.allocate(Long.BYTES).putLong(readIndex).array());
            case ReadOutcome.Failed(long id) -> answer.completeExceptionally(new IOException("No leader vouches now"));
        }
        return true;
    }
}
