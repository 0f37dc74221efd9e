package io.omnisql.node.gateway;

import io.omnisql.node.sql.RequestId;
import io.omnisql.omnipaxos.Entry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A write on its way. Its fields are guarded by itself. */
final class PendingWrite {
    final RequestId requestId;
    final Entry.Command entry;
    final long deadlineNanos;
    final @Nullable Executor teller;
    final CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();

    /** Attempts that were taken up by the protocol and may therefore be, or still come, in the log. */
    private int attemptsInDoubt;

    private boolean underway;
    private long retryAtNanos;

    PendingWrite(RequestId requestId, Entry.Command entry, long deadlineNanos, @Nullable Executor teller) {
        this.requestId = requestId;
        this.entry = entry;
        this.deadlineNanos = deadlineNanos;
        this.teller = teller;
    }

    /** Whether it is time for another attempt; if so, one is counted. */
    synchronized boolean beginAttempt(long nowNanos) {
        if (underway || outcome.isDone() || nowNanos - retryAtNanos < 0) {
            return false;
        }
        underway = true;
        attemptsInDoubt++;
        return true;
    }

    /** The attempt was refused before it reached the log. */
    synchronized void attemptRefused(long retryAt) {
        attemptsInDoubt--;
        attemptLost(retryAt);
    }

    /** The attempt's way was lost: it may be in the log or not. */
    synchronized void attemptLost(long retryAt) {
        underway = false;
        retryAtNanos = retryAt;
    }

    synchronized boolean isInDoubt() {
        return attemptsInDoubt > 0;
    }
}
