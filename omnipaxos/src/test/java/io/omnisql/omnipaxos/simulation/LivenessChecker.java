package io.omnisql.omnipaxos.simulation;

/**
 * G6: once all links are healed and nobody proposes, the replicas come to rest: one leader, equal logs, all decided, all
 * proposals and reads answered.
 */
final class LivenessChecker {
    /**
     * In periods of (election timeout + resend), besides what catching up takes. The slowest of 10 000 runs took 0.4 of it, half of them
     * 0.005.
     */
    private static final int CALM_PERIODS_MAX = 40;

    private final SimulatedCluster cluster;
    private final Scenario scenario;

    LivenessChecker(SimulatedCluster cluster, Scenario scenario) {
        this.cluster = cluster;
        this.scenario = scenario;
    }

    /** How much of the time allowed it took. */
    double awaitQuiet() {
        long ticksMax = ticksMax();
        long ticks = 0;
        while (!cluster.isQuiet()) {
            SafetyChecker.check(ticks < ticksMax, "G6 not at rest after %d ticks", ticks);
            cluster.runTicks(1);
            ticks++;
        }
        return (double) ticks / ticksMax;
    }

    private long ticksMax() {
        long timeouts = (long) CALM_PERIODS_MAX
                * (scenario.settings().electionTimeoutTicks()
                        + scenario.settings().resendTicks());
        long steps = cluster.checker().decidedLog().size()
                / (long) scenario.settings().catchUpEntriesMax();
        long stepTicks = 2 * (scenario.delayMax() + scenario.diskDelayMax()) / Agenda.TICK
                + scenario.settings().resendTicks();
        return timeouts + steps * stepTicks;
    }
}
