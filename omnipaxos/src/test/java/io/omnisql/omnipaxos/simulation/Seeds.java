package io.omnisql.omnipaxos.simulation;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Where the seeds of the random tests come from: {@code -Dseed=N} replays one; else {@code -Dseeds=COUNT} seeds are drawn
 * from {@code -Dseed.base}, a number or a commit hash.
 */
final class Seeds {
    private static final String BASE_DEFAULT = "20230508";

    private Seeds() {}

    /** The seeds of this test run; tells where they come from. */
    static LongStream of(int countDefault) {
        String one = System.getProperty("seed", "");
        if (!one.isEmpty()) {
            return LongStream.of(Long.parseLong(one));
        }
        int count = Integer.getInteger("seeds", countDefault);
        System.out.printf("Simulation: %d seeds of -Dseed.base=%s%n", count, baseText());
        return new SplittableRandom(base()).longs(count).map(each -> each & Long.MAX_VALUE);
    }

    /** Where the row of seeds begins. */
    static long base() {
        return number(baseText());
    }

    private static String baseText() {
        return System.getProperty("seed.base", BASE_DEFAULT);
    }

    /** Decimal, or else the last 64 bits of a hexadecimal number of any length. */
    private static long number(String base) {
        boolean isDecimal = base.matches("-?\\d{1,18}");
        return isDecimal ? Long.parseLong(base) : new BigInteger(base, 16).longValue();
    }
}
