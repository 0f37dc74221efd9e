package io.omnisql.node.gateway;

import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * As of when this node is up to date, for local reads with a bound on their staleness ({@code omnisql.max_staleness}). It knows that by
 * read indexes only, which a majority vouches for: silence, heartbeats and other machines' clocks prove nothing. What counts is the moment
 * before the question, never that of the answer.
 *
 * <p>A round is one question for a read index, and reads share it. One that begins when half of a bound is over spares later reads the
 * wait; without reads there are no rounds. Thread-safe.
 */
final class Freshness {
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    private final Questions questions;
    private final LongSupplier clock;
    private final AppliedIndex applied;
    private final ToldReadIndexes told = new ToldReadIndexes(); // Guarded by this.
    private final ConcurrentMap<Long, Round> open = new ConcurrentHashMap<>();
    private final LongAdder rounds = new LongAdder();
    private @Nullable Round latest; // Guarded by this.

    /** How read indexes are asked for: ids that were never used, and whether a question was taken up. */
    record Questions(LongSupplier ids, LongPredicate ask) {}

    private record Round(long askedNanos, CompletableFuture<OptionalLong> readIndex) {
        boolean hasFailed() {
            return readIndex.isDone() && readIndex.join().isEmpty();
        }
    }

    /** {@code clock} as {@link SteadyClock}. */
    Freshness(Questions questions, LongSupplier clock, AppliedIndex applied) {
        this.questions = questions;
        this.clock = clock;
        this.applied = applied;
    }

    /** This moment, on the clock of all moments here, in nanoseconds. */
    long now() {
        return clock.getAsLong();
    }

    /**
     * Whether a node that has executed {@code appliedIndex} entries shows whatever was decided anywhere until {@code bound} ago; a bound of
     * zero asks for nothing. When half of the bound is over, a round begins that nobody waits for.
     */
    boolean isWithin(Duration bound, long appliedIndex) {
        if (bound.isZero()) {
            return true;
        }
        long now = now();
        OptionalLong asOf = upToDateAsOf(appliedIndex);
        if (asOf.isEmpty() || now - asOf.getAsLong() > bound.toNanos()) {
            return false;
        }
        if (now - asOf.getAsLong() > bound.toNanos() / 2) {
            renew(now, bound.toNanos() / 2);
        }
        return true;
    }

    private synchronized OptionalLong upToDateAsOf(long appliedIndex) {
        return told.upToDateAsOf(appliedIndex);
    }

    private synchronized void renew(long now, long ageMax) {
        Round last = latest;
        long allowed = last != null && last.hasFailed() ? Math.min(RETRY_NANOS, ageMax) : ageMax;
        if (last == null || now - last.askedNanos > allowed) {
            begin(now);
        }
    }

    /**
     * A read index below which lies whatever was decided anywhere until {@code oldestNanos}: of the latest round if it began later, else of
     * a new one. Empty when the round fails; it may be asked for again.
     */
    synchronized CompletableFuture<OptionalLong> readIndexSince(long oldestNanos) {
        Round last = latest;
        if (last != null && last.askedNanos - oldestNanos >= 0 && !last.hasFailed()) {
            return last.readIndex;
        }
        return begin(now()).readIndex;
    }

    private Round begin(long now) {
        var round = new Round(now, new CompletableFuture<>());
        long id = questions.ids.getAsLong();
        latest = round;
        open.put(id, round);
        rounds.increment();
        if (!questions.ask.test(id)) {
            ended(new ReadOutcome.Failed(id));
        }
        return round;
    }

    /** A question was answered; false when it is not one of a round. */
    boolean ended(ReadOutcome outcome) {
        Round round = open.remove(outcome.readId());
        if (round == null) {
            return false;
        }
        switch (outcome) {
            case ReadOutcome.Ready(long id, long readIndex) -> {
                learned(readIndex, round.askedNanos);
                round.readIndex.complete(OptionalLong.of(readIndex));
            }
            case ReadOutcome.Failed(long id) -> round.readIndex.complete(OptionalLong.empty());
        }
        return true;
    }

    /** Somebody was told this read index and had not asked for it before {@code askedNanos}. */
    synchronized void learned(long readIndex, long askedNanos) {
        told.add(readIndex, askedNanos, applied.get());
    }

    /** How many rounds began since the start. */
    long rounds() {
        return rounds.sum();
    }
}
