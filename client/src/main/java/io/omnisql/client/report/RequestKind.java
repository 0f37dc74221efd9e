package io.omnisql.client.report;

import java.util.Locale;

/** What a request of a load profile does. */
public enum RequestKind {
    /** Reads one key. */
    READ,
    /** Writes one key. */
    WRITE;

    /** The word in result files. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
