package io.omnisql.client.connection;

import java.util.Locale;

/** How fresh a read must be, weakest first. */
public enum ReadLevel {
    /** The connected node's own state, possibly stale. */
    LOCAL,
    /** The leader's state; stale only while a deposed leader does not know it. */
    LEADER,
    /** Every write acknowledged before the read began is seen. */
    LINEARIZABLE;

    /** The value of the setting {@code omnisql.read_level}. */
    public String settingValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
