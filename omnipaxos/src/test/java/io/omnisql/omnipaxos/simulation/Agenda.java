package io.omnisql.omnipaxos.simulation;

import java.util.PriorityQueue;

/** What happens when, in virtual time. Events of one instant happen in the order in which they were planned. */
final class Agenda {
    /** Virtual time units of one tick of a clock that runs right. */
    static final long TICK = 100;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long planned;
    private long steps;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(time, now), planned, action));
        planned++;
    }

    void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    long now() {
        return now;
    }

    /** How many events have begun: a clock on which no two events share an instant. */
    long steps() {
        return steps;
    }

    /** Lets the next event happen; false when there is none. */
    boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        now = next.at;
        steps++;
        next.action.run();
        return true;
    }

    /** Lets everything happen that is planned until {@code time}. */
    void runUntil(long time) {
        for (Event next = events.peek(); next != null && next.at <= time; next = events.peek()) {
            step();
        }
        now = Math.max(now, time);
    }
}
