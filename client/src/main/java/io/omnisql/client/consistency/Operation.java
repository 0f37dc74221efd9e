package io.omnisql.client.consistency;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.omnisql.client.connection.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One operation as its client saw it; a line of a history file.
 *
 * @param process who did it; one process does one operation at a time, and ends with one whose outcome is unknown
 * @param node label of the node it went to
 * @param completedNanos when the answer or the loss of it was seen; monotonic, as is {@code invokedNanos}, and comparable
 *     within one history only
 * @param sqlState PostgreSQL's code of a failure, else empty
 */
public record Operation(
        long process,
        String node,
        Action action,
        String key,
        @Nullable String input,
        @Nullable String expected,
        @Nullable String output,
        long invokedNanos,
        long completedNanos,
        Outcome outcome,
        String sqlState) {
    /** Whether it took effect and its answer is known. */
    @JsonIgnore
    public boolean isOk() {
        return outcome == Outcome.OK;
    }

    /** Whether it ended, with a known effect, before the other began. */
    public boolean precedes(Operation other) {
        return isOk() && completedNanos < other.invokedNanos;
    }

    /** When it took effect at the latest; never known for an unknown one. */
    @JsonIgnore
    public long effectiveBy() {
        return isOk() ? completedNanos : Long.MAX_VALUE;
    }

    /** As text for people. */
    public String describe() {
        return "process %d at %s [%d..%s] %s %s%s%s%s"
                .formatted(
                        process,
                        node,
                        invokedNanos,
                        isOk() ? Long.toString(completedNanos) : "?",
                        action,
                        key,
                        expected == null ? "" : " if " + expected,
                        input == null ? "" : " " + input,
                        output == null ? "" : " -> " + shortened(output));
    }

    private static String shortened(String text) {
        return text.length() <= 120 ? text : text.substring(0, 50) + "…" + text.substring(text.length() - 60);
    }
}
