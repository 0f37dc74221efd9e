package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;

/**
 * G6: once all links are healed and nobody proposes, the nodes come to rest: one leader, equal logs, all decided, all proposals and
 * reads answered.
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
        while (!isQuiet()) {
            SafetyChecker.check(ticks < ticksMax, "G6 not at rest after %d ticks", ticks);
            cluster.runTicks(1);
            ticks++;
        }
        return (double) ticks / ticksMax;
    }

    /** Whether nothing is left to do: one leader, all logs equal and decided, all questions answered. */
    private boolean isQuiet() {
        if (cluster.checker().openProposals() != 0 || cluster.checker().openReads() != 0) {
            return false;
        }
        for (SimulatedReplica leader : cluster.replicas()) {
            Status status = leader.status();
            if (status != null && status.isLeading()) {
                return cluster.replicas().stream().allMatch(each -> isSettled(each, status));
            }
        }
        return false;
    }

    /** A replica is where its leader is; every other node has followed the decided log to its end. */
    private boolean isSettled(SimulatedReplica replica, Status leader) {
        Status status = replica.status();
        if (status == null || replica.disk().hasPendingWrites()) {
            return false;
        }
        NodeId node = replica.id();
        boolean votes = leader.configuration().replicas().contains(node)
                && !cluster.membership().isLost(node);
        boolean hasItsPart = votes
                ? status.promise().equals(leader.promise())
                        && status.acceptedRound().equals(leader.promise())
                        && status.phase() == Status.Phase.ACCEPT
                : status.role() == Status.Role.LEARNER;
        return hasItsPart
                && status.configuration().equals(leader.configuration())
                && (status.isLeading() == node.equals(leader.node()))
                && status.acceptedIndex() == leader.acceptedIndex()
                && status.decidedIndex() == leader.acceptedIndex();
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
