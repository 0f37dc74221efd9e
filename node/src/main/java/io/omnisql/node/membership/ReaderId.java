package io.omnisql.node.membership;

import java.util.UUID;

/**
 * The ids of readers. A configuration never names one: the ids of members stay small and grow one by one, and a reader needs nobody's
 * leave to take one.
 */
public final class ReaderId {
    /** The least. */
    public static final long FIRST = 1L << 32;

    /** JSON's numbers are exact below it. */
    private static final long END = 1L << 53;

    private ReaderId() {}

    /** Whether this id is a reader's. */
    public static boolean is(long memberId) {
        return memberId >= FIRST;
    }

    /** The same for the same data folder, another one for another. */
    static long of(UUID incarnation) {
        long bits = incarnation.getMostSignificantBits() ^ incarnation.getLeastSignificantBits();
        return FIRST + Long.remainderUnsigned(bits, END - FIRST);
    }
}
