package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Asks every few seconds for what the {@link TrimPolicy} allows. On a virtual thread of its own. */
public final class LogTrimmer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LogTrimmer.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);

    /**
     * While a snapshot is fetched and installed its taker is in no round, so nobody knows what it will need: without this a busy log
     * was gone when it came back, and it needed another snapshot, for ever. Told again as long as the taker asks.
     */
    private static final Duration SNAPSHOT_WITHIN = Duration.ofMinutes(5);

    private final ReplicaLoop loop;
    private final LogActivity log;
    private final LongSupplier durableAppliedIndex;
    private final TrimPolicy policy;
    private final CountDownLatch closed = new CountDownLatch(1);

    private LogTrimmer(ReplicaLoop loop, LogActivity log, LongSupplier durableAppliedIndex, TrimPolicy policy) {
        this.loop = loop;
        this.log = log;
        this.durableAppliedIndex = durableAppliedIndex;
        this.policy = policy;
    }

    /** Begins. */
    public static LogTrimmer start(
            ReplicaLoop loop, LogActivity log, LongSupplier durableAppliedIndex, TrimPolicy policy) {
        var trimmer = new LogTrimmer(loop, log, durableAppliedIndex, policy);
        Thread.ofVirtual().name("log-trimmer").start(trimmer::run);
        return trimmer;
    }

    private void run() {
        try {
            while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                trim();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void trim() {
        Status status = loop.status();
        if (status == null) {
            return;
        }
        try {
            long halfIndex = log.indexOfLast(policy.retainedBytesMax() / 2);
            boolean isAwaited = loop.hasToldOfSnapshot(SNAPSHOT_WITHIN);
            long index = policy.index(status, durableAppliedIndex.getAsLong(), log.retained(), halfIndex, isAwaited);
            // A full mailbox has more urgent letters: the next round asks again.
            if (index > status.compactedIndex() && loop.trim(index)) {
                LOG.debugf("The log is trimmed: until=%d before=%d", index, status.compactedIndex());
            }
        } catch (IOException | RuntimeException e) { // A trimmer that dies silently would let the disk fill up.
            LOG.errorf(e, "The log could not be trimmed");
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
