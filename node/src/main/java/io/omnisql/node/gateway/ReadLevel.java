package io.omnisql.node.gateway;

import java.util.Locale;
import java.util.Optional;

/** How much a read must see. This is the level of the cluster's reads, not PostgreSQL's isolation level. */
public enum ReadLevel {
    /** This node's state, possibly stale; no coordination. */
    LOCAL,
    /** The leader's state; stale only while a deposed leader does not know it yet. */
    LEADER,
    /** Sees every write that was acknowledged before the read began, from any node. */
    LINEARIZABLE;

    /** The level of this name, in any case; empty when there is none. */
    public static Optional<ReadLevel> parse(String name) {
        for (ReadLevel level : values()) {
            if (level.name().equalsIgnoreCase(name.strip())) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /** As users write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
