package io.omnisql.node.apply;

/** Which of the applier's sessions executes since when, for the watch that clears its way. */
final class Activity {
    private volatile int pid;
    private volatile long sinceNanos;

    void started(int sessionPid) {
        sinceNanos = System.nanoTime();
        pid = sessionPid;
    }

    void ended() {
        pid = 0;
    }

    /** The session that has been executing for at least that long, or 0. */
    int busyFor(long nanos) {
        int busy = pid;
        return busy != 0 && System.nanoTime() - sinceNanos >= nanos ? busy : 0;
    }
}
