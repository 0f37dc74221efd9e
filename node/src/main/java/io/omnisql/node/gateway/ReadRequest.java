package io.omnisql.node.gateway;

/**
 * A read that waits for its turn.
 *
 * @param notBefore applied index that the read must see at least (a session token), 0 for none
 * @param deadlineNanos on {@link System#nanoTime}'s clock
 */
public record ReadRequest(ReadLevel level, long notBefore, long deadlineNanos) {}
