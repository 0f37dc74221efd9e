package io.omnisql.node.apply;

import java.time.Duration;

/**
 * A command at which the applier has stood for more than a moment: it takes long, or this node's PostgreSQL is in trouble with it.
 *
 * @param slot of the first command of its transaction
 * @param since how long
 */
public record SlowCommand(long slot, Duration since) {}
