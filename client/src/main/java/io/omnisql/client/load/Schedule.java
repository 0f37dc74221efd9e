package io.omnisql.client.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the requests of a profile, each with its intended start. In an open-loop phase the starts are fixed by the rate
 * alone, so a slow answer delays no later intention; in a closed-loop phase a request is intended when somebody asks for it.
 */
final class Schedule {
    private final List<Phase> phases;
    private final long endNanos;
    private final long hardEndNanos;
    private int phase;
    private long phaseStartNanos;
    private long numberInPhase;
    private long number;
    private long givenBack;
    private boolean stopped;

    /**
     * A request to be sent.
     *
     * @param number within the run, from 0
     * @param phase number of its phase, from 1
     */
    record Ticket(long number, int phase, double readRatio, long intendedNanos) {}

    Schedule(LoadProfile profile, long startNanos) {
        this.phases = profile.phases();
        this.phaseStartNanos = startNanos;
        this.endNanos = startNanos + profile.duration().toNanos();
        this.hardEndNanos = endNanos + profile.drainTimeout().toNanos();
    }

    /** The next request, or null when there are no more or the time to send those that are late is over. */
    synchronized @Nullable Ticket next(long nowNanos) {
        while (phase < phases.size() && !stopped && nowNanos - hardEndNanos < 0) {
            Ticket ticket = phases.get(phase).isClosedLoop() ? closedLoop(nowNanos) : openLoop();
            if (ticket != null) {
                return ticket;
            }
            phaseStartNanos += phases.get(phase).duration().toNanos();
            phase++;
            numberInPhase = 0;
        }
        return null;
    }

    /** No further tickets. */
    synchronized void stop() {
        stopped = true;
    }

    /** A ticket that was not used after all. */
    synchronized void giveBack() {
        givenBack++;
    }

    /** Requests that were intended and never sent. */
    synchronized long notStarted() {
        long left = givenBack;
        for (int i = phase; i < phases.size(); i++) {
            Phase each = phases.get(i);
            left += each.isClosedLoop() ? 0 : each.intendedRequests() - (i == phase ? numberInPhase : 0);
        }
        return left;
    }

    long endNanos() {
        return endNanos;
    }

    private @Nullable Ticket openLoop() {
        Phase current = phases.get(phase);
        return numberInPhase < current.intendedRequests()
                ? ticket(phaseStartNanos + current.offsetNanos(numberInPhase))
                : null;
    }

    private @Nullable Ticket closedLoop(long nowNanos) {
        long phaseEndNanos = phaseStartNanos + phases.get(phase).duration().toNanos();
        return nowNanos - phaseEndNanos < 0 ? ticket(Math.max(nowNanos, phaseStartNanos)) : null;
    }

    private Ticket ticket(long intendedNanos) {
        numberInPhase++;
        return new Ticket(number++, phase + 1, phases.get(phase).readRatio(), intendedNanos);
    }
}
