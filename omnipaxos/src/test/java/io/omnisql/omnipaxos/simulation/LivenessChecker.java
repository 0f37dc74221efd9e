package io.omnisql.omnipaxos.simulation;

/**
 * G6: once all links are healed and nobody proposes, the replicas come to rest: one leader, equal logs, all decided, all
 * proposals and reads answered.
 */
final class LivenessChecker {
    /** In periods of (election timeout + resend), plus what catching up takes. Measured maxima are far below. */
    private static final long CALM_PERIODS_MAX = 40;

    private final SimulatedCluster cluster;
    private final Scenario scenario;

    LivenessChecker(SimulatedCluster cluster, Scenario scenario) {
        this.cluster = cluster;
        this.scenario = scenario;
    }

    /** How many election timeouts it took. */
    double awaitQuiet() {
        long timeoutTicks = scenario.settings().electionTimeoutTicks();
        long ticksMax = ticksMax();
        long ticks = 0;
        while (!cluster.isQuiet()) {
            SafetyChecker.check(ticks < ticksMax, "G6 not at rest after %d ticks", ticks);
            cluster.runTicks(1);
            ticks++;
        }
        return (double) ticks / timeoutTicks;
    }

    private long ticksMax() {
        long period = (long) scenario.settings().electionTimeoutTicks()
                + scenario.settings().resendTicks();
        long steps = (long) cluster.checker().decidedLog().size()
                / scenario.settings().catchUpEntriesMax();
        long stepTicks = 2L * (scenario.delayMax() + scenario.diskDelayMax()) / Agenda.TICK + 4;
        return CALM_PERIODS_MAX * period + 2 * steps * stepTicks;
    }
}
