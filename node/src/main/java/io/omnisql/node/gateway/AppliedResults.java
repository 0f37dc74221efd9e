package io.omnisql.node.gateway;

import io.omnisql.node.sql.RequestId;

/** Where the applier tells what commands gave. Called on the applier's thread: implementations only hand over. */
public interface AppliedResults {

    /** Whether a client of this node waits for this command, so that its whole result is worth keeping. */
    boolean isAwaited(RequestId requestId);

    /** Whether clients of this node wait for any command: then entries do not wait for each other. */
    boolean isAnyAwaited();

    /** Whether the client of this node that waits for this command does not want it any more. Any thread. */
    boolean isGivenUp(RequestId requestId);

    /**
     * The command was executed, and nothing can change what it gave: its entry is decided, and nothing is checked as late as at COMMIT.
     * Its effect shows from the applied index on that the result names. {@link #applied} follows for those who wait for that.
     */
    void executed(RequestId requestId, AppliedResult result);

    /** The command was applied (or had been: then this is its first result). The effect is committed. */
    void applied(RequestId requestId, AppliedResult result);
}
