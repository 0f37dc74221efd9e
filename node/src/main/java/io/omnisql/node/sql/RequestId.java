package io.omnisql.node.sql;

/**
 * The exactly-once key of a command: whoever proposes it again proposes it under the same id.
 *
 * @param sessionHigh with {@code sessionLow}: drawn at random by the coordinator for each client session; or a hash of the role and the client's own
 *     idempotency key, then {@code sequence} is 0
 * @param sequence counts the session's commands from 1
 */
public record RequestId(long sessionHigh, long sessionLow, long sequence) {}
