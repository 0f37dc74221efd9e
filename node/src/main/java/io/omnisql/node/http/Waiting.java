package io.omnisql.node.http;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Waits on the request's virtual thread for what the gateway does elsewhere. */
final class Waiting {
    private static final Logger LOG = Logger.getLogger(Waiting.class);

    private Waiting() {}

    /** What the stage gives; empty when it fails, or not in time. */
    static <T> Optional<T> within(CompletionStage<T> stage, Duration timeout) {
        try {
            return Optional.of(stage.toCompletableFuture().get(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException failed) {
            LOG.warnf(failed.getCause(), "A request over HTTP failed inside the node");
            return Optional.empty();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
