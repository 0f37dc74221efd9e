package io.omnisql.client.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How sessions are opened and what they do when one breaks.
 *
 * @param targets at least one; sessions start at the first
 * @param maxStaleness the setting {@code omnisql.max_staleness}, in whole milliseconds; zero for no bound
 * @param requestTimeout bound of one attempt, connecting included; a write that takes longer is unknown
 * @param writeRetry whether unknown writes are tried again
 * @param retryTimeout bound of all attempts of one write together, under {@link WriteRetry#WITH_KEY}
 */
public record SessionSettings(
        List<Target> targets,
        Reconnect reconnect,
        ReadLevel readLevel,
        Duration maxStaleness,
        LevelBy levelBy,
        Duration requestTimeout,
        WriteRetry writeRetry,
        Duration retryTimeout) {
    /** Where a broken session goes. */
    public enum Reconnect {
        /** To the node it had. */
        SAME,
        /** To the next of the list, then round. */
        NEXT
    }

    /** How the read level is told to the node. */
    public enum LevelBy {
        /** {@code SET omnisql.read_level} (and {@code max_staleness}) after connecting. */
        SET,
        /** A startup option of the connection, as {@code options=-c …} in a URL. */
        OPTIONS
    }

    /** What becomes of a write whose outcome is not known. */
    public enum WriteRetry {
        /** It is reported as unknown. */
        NEVER,
        /** It carries {@code omnisql.idempotency_key} and is sent again until the outcome is known. */
        WITH_KEY
    }

    public SessionSettings {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("No target to connect to");
        }
    }

    /** The same with only this target, at the strictest read level: for looking at one node. */
    public SessionSettings onlyOf(Target target) {
        return new SessionSettings(
                List.of(target),
                Reconnect.SAME,
                ReadLevel.LINEARIZABLE,
                Duration.ZERO,
                levelBy,
                requestTimeout,
                writeRetry,
                retryTimeout);
    }

    /** The same with the list turned, so that session number {@code turns} starts at another node. */
    public SessionSettings startingAt(int turns) {
        int first = turns % targets.size();
        List<Target> turned = new ArrayList<>(targets.subList(first, targets.size()));
        turned.addAll(targets.subList(0, first));
        return new SessionSettings(
                turned, reconnect, readLevel, maxStaleness, levelBy, requestTimeout, writeRetry, retryTimeout);
    }
}
