package io.omnisql.omnipaxos;

/**
 * Tunables of one instance. Times are counted in ticks.
 *
 * @param priority decides between candidates of equal ballot number, the larger wins
 * @param electionTimeoutTicks one heartbeat round; must exceed round trip and processing
 * @param resendTicks after this long without an answer a message is repeated
 * @param retainedBytes how much of the decided log stays in memory for lagging peers; older entries are read from the durable
 *     log by the host (see {@link Output.CatchUp})
 * @param catchUpEntriesMax how many decided entries one catch-up step asks of the host
 * @param proposalsInFlightMax bound on proposals of this node whose outcome is open
 * @param undecidedBytesMax bound on a leader's undecided log and what waits to be placed in it, but for a single larger entry. All
 *     of the undecided log may have to leave in one message, besides what {@code retainedBytes} keep of the decided log
 */
public record Settings(
        int priority,
        int electionTimeoutTicks,
        int resendTicks,
        long retainedBytes,
        int catchUpEntriesMax,
        int proposalsInFlightMax,
        long undecidedBytesMax) {
    public Settings {
        boolean positive = electionTimeoutTicks > 0
                && resendTicks > 0
                && retainedBytes > 0
                && catchUpEntriesMax > 0
                && proposalsInFlightMax > 0
                && undecidedBytesMax > 0;
        if (!positive) {
            throw new IllegalArgumentException("All settings but the priority must be positive");
        }
    }

    /** The values that the product ships with, for ticks of 50 ms. */
    public static Settings defaults() {
        return new Settings(0, 10, 10, 16L << 20, 4_096, 16_384, 64L << 20);
    }
}
