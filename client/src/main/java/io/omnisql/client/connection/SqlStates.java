package io.omnisql.client.connection;

import java.sql.SQLException;

/** What PostgreSQL's error codes say about a request's effect. Whatever is not surely "no effect" counts as unknown. */
final class SqlStates {
    static final String COMPLETION_UNKNOWN = "40003";
    static final String CONNECTION_FAILURE = "08006";

    private SqlStates() {}

    static String of(SQLException error) {
        String state = error.getSQLState();
        return state == null || state.isBlank() ? CONNECTION_FAILURE : state;
    }

    /** Whether a write that was sent and answered by {@code state} may have taken effect all the same. */
    static boolean leavesWriteUnknown(String state) {
        return state.equals(COMPLETION_UNKNOWN)
                || state.startsWith("08")
                || endsSession(state)
                || state.equals("57014"); // Cancelled: perhaps between the log's decision and the answer.
    }

    /** Whether the session is gone: by an administrator, a crash, a dropped database or an idle limit. */
    static boolean endsSession(String state) {
        return switch (state) {
            case "57P01", "57P02", "57P04", "57P05", "25P03" -> true;
            default -> state.startsWith("08");
        };
    }

    /**
     * Whether a refusal speaks of this attempt only (conflict, no resources, node not ready, no connection), so that the same
     * write under the same key may still come out otherwise.
     */
    static boolean isPassing(String state) {
        return switch (state.substring(0, Math.min(2, state.length()))) {
            case "08", "40", "53", "55", "57" -> true;
            default -> false;
        };
    }
}
