package io.omnisql.node.gateway;

import io.omnisql.node.sql.RequestId;
import io.omnisql.omnipaxos.Entry;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A write on its way. Its fields are guarded by itself. */
final class PendingWrite {
    final RequestId requestId;
    final Entry.Command entry;
    final long deadlineNanos;
    final @Nullable WaitingSession session;
    final CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();

    /** Attempts that were taken up by the protocol and may therefore be, or still come, in the log. */
    private int attemptsInDoubt;

    private boolean underway;
    private long retryAtNanos;

    PendingWrite(RequestId requestId, Entry.Command entry, long deadlineNanos, @Nullable WaitingSession session) {
        this.requestId = requestId;
        this.entry = entry;
        this.deadlineNanos = deadlineNanos;
        this.session = session;
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

    /** Whether nobody wants it any more. */
    boolean isGivenUp() {
        return session != null && session.hasGivenUp();
    }

    synchronized boolean isInDoubt() {
        return attemptsInDoubt > 0;
    }
}
