package io.omnisql.node.membership;

import org.jspecify.annotations.Nullable;

/** What becomes of an administrator's order. */
public sealed interface Reply {
    /** Done; what the caller is told. */
    record Done(Object body) implements Reply {}

    /**
     * Not done.
     *
     * @param code for programs
     * @param message for people
     * @param configuration in force here, when the order spoke of another one
     */
    record Refused(
            Reason reason,
            String code,
            String message,
            @Nullable Roster configuration) implements Reply {}

    /** Why not. */
    enum Reason {
        /** It can never be done. */
        BAD_REQUEST,
        /** Things are otherwise than the caller believes. */
        CONFLICT,
        /** Not possible now: try again. */
        UNAVAILABLE
    }

    /** It can never be done. */
    static Reply badRequest(String message) {
        return new Refused(Reason.BAD_REQUEST, "bad_request", message, null);
    }

    /** Things are otherwise. */
    static Reply conflict(String code, String message, @Nullable Roster current) {
        return new Refused(Reason.CONFLICT, code, message, current);
    }

    /** Not possible now. */
    static Reply unavailable(String code, String message) {
        return new Refused(Reason.UNAVAILABLE, code, message, null);
    }
}
