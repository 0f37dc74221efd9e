package io.omnisql.node.gateway;

import java.time.Duration;

/**
 * A read that waits for its turn.
 *
 * @param notBefore applied index that the read must see at least (a session token), 0 for none
 * @param maxStaleness at level local it sees whatever was acknowledged anywhere until so long before it came; zero for no bound. Other
 *     levels do not look at it
 * @param deadlineNanos on {@link System#nanoTime}'s clock
 * @param isHere whether only this node can answer (it depends on the session's own state, or on OIDs): at level leader a follower then
 *     confirms as for linearizable, which is stronger
 */
public record ReadRequest(ReadLevel level, long notBefore, Duration maxStaleness, long deadlineNanos, boolean isHere) {}
