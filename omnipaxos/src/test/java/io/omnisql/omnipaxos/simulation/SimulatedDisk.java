package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.Output.Outgoing;
import io.omnisql.omnipaxos.Standing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one replica: batches are written at once and become durable later, in order. A crash loses every batch that
 * is not durable; each batch survives whole or not at all.
 */
final class SimulatedDisk {
    private final Image written;
    private final Image durable;
    private final Deque<Batch> pending = new ArrayDeque<>();
    private boolean hangs;

    /** Writes and the messages that wait for them. */
    record Batch(long token, List<LogWrite> writes, List<Outgoing> afterDurable) {}

    /** {@code decidedLog} is what all replicas decide: it tells what a state from elsewhere stands for. */
    SimulatedDisk(long configurationId, List<Entry> decidedLog) {
        written = new Image(configurationId, decidedLog);
        durable = new Image(configurationId, decidedLog);
    }

    /** What was given to the disk. */
    Image written() {
        return written;
    }

    /** What survives a crash. */
    Image durable() {
        return durable;
    }

    boolean isIdle() {
        return pending.isEmpty();
    }

    /** It answers no more, and does not fail either, until its node crashes. */
    void hang() {
        hangs = true;
    }

    boolean hangs() {
        return hangs;
    }

    /** Whether a crash would lose something. */
    boolean hasPendingWrites() {
        return pending.stream().anyMatch(batch -> !batch.writes().isEmpty());
    }

    void write(Batch batch) {
        written.apply(batch.writes());
        pending.addLast(batch);
    }

    Batch becomeDurable() {
        Batch batch = pending.removeFirst();
        durable.apply(batch.writes());
        return batch;
    }

    /** Loses what is pending, but for the {@code survivors} oldest batches of which the replica was not told any more. */
    void crash(int survivors) {
        for (int i = 0; i < survivors && !pending.isEmpty(); i++) {
            becomeDurable();
        }
        pending.clear();
        hangs = false;
        written.copy(durable);
    }

    int pendingBatches() {
        return pending.size();
    }

    DurableState recover(long retainedFrom) {
        return new DurableState(
                durable.standing,
                durable.promise,
                durable.acceptedRound,
                durable.decidedIndex,
                durable.compactedIndex,
                retainedFrom,
                durable.log.subList((int) retainedFrom, durable.log.size()));
    }

    /** The contents of a disk. The checkers see also what is compacted; a replica never does. */
    static final class Image {
        private @Nullable Standing standing;
        private Ballot promise;
        private Ballot acceptedRound;
        private long decidedIndex;
        private long compactedIndex;
        private final List<Entry> log = new ArrayList<>();
        private final List<Entry> decidedLog;

        Image(long configurationId, List<Entry> decidedLog) {
            this.decidedLog = decidedLog;
            promise = Ballot.none(configurationId);
            acceptedRound = promise;
        }

        @Nullable
        Standing standing() {
            return standing;
        }

        Ballot promise() {
            return promise;
        }

        Ballot acceptedRound() {
            return acceptedRound;
        }

        long decidedIndex() {
            return decidedIndex;
        }

        long compactedIndex() {
            return compactedIndex;
        }

        List<Entry> log() {
            return log;
        }

        /** Whether these entries are in the log, the first at slot {@code from}. */
        boolean holds(int from, List<Entry> entries) {
            int until = from + entries.size();
            return log.size() >= until && log.subList(from, until).equals(entries);
        }

        private void apply(List<LogWrite> writes) {
            for (LogWrite write : writes) {
                switch (write) {
                    case LogWrite.SetStanding(var next) -> standing = next;
                    case LogWrite.SetPromise(var ballot) -> promise = ballot;
                    case LogWrite.SetAcceptedRound(var ballot) -> acceptedRound = ballot;
                    case LogWrite.SetDecidedIndex(var index) -> decidedIndex = index;
                    case LogWrite.SetCompactedIndex(var index) -> compact((int) index);
                    case LogWrite.AppendEntries(var from, var entries) -> append(from, entries);
                }
            }
        }

        private void compact(int index) {
            compactedIndex = index;
            for (int slot = 0; slot < index; slot++) {
                if (slot == log.size()) {
                    log.add(decidedLog.get(slot));
                } else if (!log.get(slot).equals(decidedLog.get(slot))) {
                    log.set(slot, decidedLog.get(slot));
                }
            }
        }

        private void append(long from, List<Entry> entries) {
            if (from > log.size() || from < compactedIndex) {
                throw new AssertionError("Hole in the log: append at " + from + " of " + log.size());
            }
            log.subList((int) from, log.size()).clear();
            log.addAll(entries);
        }

        private void copy(Image other) {
            standing = other.standing;
            promise = other.promise;
            acceptedRound = other.acceptedRound;
            decidedIndex = other.decidedIndex;
            compactedIndex = other.compactedIndex;
            log.clear();
            log.addAll(other.log);
        }
    }
}
