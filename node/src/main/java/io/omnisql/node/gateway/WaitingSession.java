package io.omnisql.node.gateway;

import java.util.concurrent.Executor;

/** A client's session that waits for a write. Tasks, which tell it the outcome, must not be run on the thread that hands them over. */
public interface WaitingSession extends Executor {
    /** Whether the client does not want the write any more; it may have asked for that too late. Any thread. */
    boolean hasGivenUp();
}
