package io.omnisql.client.consistency;

import io.omnisql.client.connection.SessionSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a consistency workload is run.
 *
 * @param processes sessions at once; they start at the targets in turn
 * @param operationsPerSecond of all processes together; 0 is as fast as the answers come
 * @param operationsMax bound of the history, which is held in memory until it is judged
 * @param finalTimeout how long nodes are given to answer the final reads, as they may be recovering
 * @param output folder of the recorded history
 */
public record ConsistencySettings(
        SessionSettings session,
        int processes,
        Duration duration,
        double operationsPerSecond,
        int operationsMax,
        long seed,
        Duration finalTimeout,
        Path output) {}
