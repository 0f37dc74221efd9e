package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.InvariantViolation;

/** One whole run: faults and clients for a while, then peace; watched by all checkers. */
final class Simulation {
    private final Scenario scenario;
    private final SimulatedCluster cluster;

    Simulation(Scenario scenario, Mutation mutation) {
        this.scenario = scenario;
        this.cluster = new SimulatedCluster(scenario, mutation);
    }

    /**
     * What a run had to show, for statistics; {@code calmShare} is the share of the time allowed until all were at rest.
     *
     * @param changes of the configuration
     * @param installs of a state of another node
     * @param losses of a disk
     */
    record Result(int operations, int decided, int changes, int installs, int losses, double calmShare) {}

    /** The run of a seed, without bugs but those of the core. */
    static Result ofSeed(long seed) {
        return new Simulation(Scenario.ofSeed(seed), Mutation.NONE).run();
    }

    /**
     * Runs to the end.
     *
     * @throws AssertionError with the way to repeat the run, and its last steps
     */
    Result run() {
        try {
            cluster.boot();
            cluster.startClients();
            cluster.startFaults();
            cluster.runTicks(scenario.ticks());
            cluster.heal();
            double calmShare = new LivenessChecker(cluster, scenario).awaitQuiet();
            checkHistory();
            return new Result(
                    cluster.clients().history().size(),
                    cluster.checker().decidedLog().size(),
                    cluster.checker().chain().changes(),
                    cluster.installs(),
                    cluster.membership().losses(),
                    calmShare);
        } catch (AssertionError | InvariantViolation | RuntimeException failure) {
            throw new AssertionError(report(failure), failure);
        }
    }

    private void checkHistory() {
        var result = HistoryChecker.check(cluster.clients().history());
        SafetyChecker.check(result instanceof HistoryChecker.Result.Linearizable, "G8 %s", result);
    }

    private String report(Throwable failure) {
        String text = "%s%n%nReplay: ./run-tests.sh simulate -Dseed=%d%n%s%n%nNodes:%s%n%nLast steps:%n%s"
                .formatted(
                        failure,
                        scenario.seed(),
                        scenario,
                        cluster.statuses(),
                        cluster.trace().tail());
        return Trace.brief(text);
    }
}
