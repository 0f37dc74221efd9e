package io.omnisql.node.http;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A request that was checked: what to execute, and how.
 *
 * @param level null when the request does not say it
 * @param notBefore applied index that a read must see at least, 0 for none
 * @param maxStaleness at level local, reads see whatever was acknowledged anywhere until so long before the request; zero for no bound
 * @param settings by lower-case name
 * @param deadlineNanos on {@link System#nanoTime}'s clock
 */
record SqlCall(
        List<WriteStatement> statements,
        @Nullable ReadLevel level,
        long notBefore,
        Duration maxStaleness,
        SortedMap<String, String> settings,
        @Nullable String idempotencyKey,
        long deadlineNanos) {}
