package io.omnisql.client.report;

import io.omnisql.client.connection.Outcome;

/**
 * One request of a load run. Times are microseconds since the Unix epoch, read from a clock that never goes back.
 *
 * @param id number within its client, from 0 in the order of intended starts
 * @param phase number within the profile, from 1
 * @param node label of the node it was sent to
 * @param intendedMicros when the profile wanted it to start: latency counts from here, so that a stalled node cannot hide the
 *     requests that queued behind it
 * @param sqlState PostgreSQL's code of a failure, else empty
 * @param rows rows read or written
 */
public record RequestRecord(
        long id,
        RequestKind kind,
        int phase,
        String node,
        long intendedMicros,
        long startMicros,
        long endMicros,
        Outcome outcome,
        String sqlState,
        long rows) {
    /** From the intended start to the answer, in microseconds. */
    public long latencyMicros() {
        return Math.max(0, endMicros - intendedMicros);
    }
}
