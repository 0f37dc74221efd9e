package io.omnisql.node.sql;

import java.util.List;

/** Whether all replicas do the same with a statement. */
public sealed interface Verdict {
    /**
     * They do.
     *
     * @param needsInputs whether it asks for the envelope's time or seed
     * @param dateParameters numbers (from 1) of the parameters that are read as dates or times: their text must not be one like 'now'
     */
    record Safe(boolean needsInputs, List<Integer> dateParameters) implements Verdict {
        public Safe {
            dateParameters = List.copyOf(dateParameters);
        }
    }

    /** They may not, or it is not certain. */
    record Unsafe(String reason, String hint) implements Verdict {}

    /** PostgreSQL refuses it as it stands; nothing to remember, the catalog may change. */
    record Invalid(String sqlState, String message) implements Verdict {}
}
