package io.omnisql.node.apply;

import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Which of the applier's sessions executes since when, for the watch that clears its way. Thread-safe. */
final class Activity {
    private static final Logger LOG = Logger.getLogger(Activity.class);

    private volatile @Nullable PostgresSession session;
    private volatile long sinceNanos;

    void started(PostgresSession executing) {
        sinceNanos = System.nanoTime();
        session = executing;
    }

    void ended() {
        session = null;
    }

    /** Ends what executes now, here and in PostgreSQL: whoever waits for the session's answer meets an end of the stream. */
    void breakOff() {
        PostgresSession executing = session;
        if (executing == null) {
            return;
        }
        try {
            executing.cancel();
        } catch (IOException e) {
            LOG.debugf("PostgreSQL cannot be asked to cancel: %s", e.getMessage());
        }
        executing.close();
    }

    /** The session that has been executing for at least that long, or 0. */
    int busyFor(long nanos) {
        PostgresSession busy = session;
        return busy != null && System.nanoTime() - sinceNanos >= nanos ? busy.pid() : 0;
    }
}
