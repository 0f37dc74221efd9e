package io.omnisql.omnipaxos;

import com.google.errorprone.annotations.FormatMethod;

/** Checks that stay on in production. */
final class Invariants {
    private Invariants() {}

    /** Stops the node unless {@code holds}. */
    @FormatMethod
    static void check(boolean holds, String format, Object... arguments) {
        if (!holds) {
            throw new InvariantViolation(String.format(format, arguments));
        }
    }
}
