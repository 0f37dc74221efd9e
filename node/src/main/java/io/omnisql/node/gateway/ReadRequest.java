package io.omnisql.node.gateway;

/**
 * A read that waits for its turn.
 *
 * @param notBefore applied index that the read must see at least (a session token), 0 for none
 * @param deadlineNanos on {@link System#nanoTime}'s clock
 * @param isHere whether only this node can answer (it depends on the session's own state, or on OIDs): at level leader a follower then
 *     confirms as for linearizable, which is stronger
 */
public record ReadRequest(ReadLevel level, long notBefore, long deadlineNanos, boolean isHere) {}
