package io.omnisql.client.connection;

/**
 * How one request ended.
 *
 * @param <T> what the request answers
 */
public sealed interface Attempt<T> {
    /** It took effect and answered {@code value}. */
    record Done<T>(T value) implements Attempt<T> {}

    /** It had no effect: refused, or never sent. */
    record Failed<T>(String sqlState, String reason) implements Attempt<T> {}

    /** Sent, but whether it took effect is not known. */
    record Unknown<T>(String sqlState, String reason) implements Attempt<T> {}

    /** The outcome, without the answer. */
    default Outcome outcome() {
        return switch (this) {
            case Done<T> _ -> Outcome.OK;
            case Failed<T> _ -> Outcome.FAILED;
            case Unknown<T> _ -> Outcome.UNKNOWN;
        };
    }

    /** PostgreSQL's five letters, empty for success. */
    default String state() {
        return switch (this) {
            case Done<T> _ -> "";
            case Failed<T> failed -> failed.sqlState();
            case Unknown<T> unknown -> unknown.sqlState();
        };
    }
}
