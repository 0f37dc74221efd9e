package io.omnisql.node;

import io.omnisql.node.replica.FatalError;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Ends the process when going on could harm data: at once, without an orderly stop that might write more. */
final class ProcessEnd implements FatalError {
    private static final Logger LOG = Logger.getLogger(ProcessEnd.class);
    private static final int EXIT_CODE = 70;

    private final AtomicBoolean told = new AtomicBoolean();

    @Override
    public void stop(String reason, Throwable cause) {
        if (told.compareAndSet(false, true)) {
            LOG.fatalf(cause, "The node stops: %s", reason);
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
