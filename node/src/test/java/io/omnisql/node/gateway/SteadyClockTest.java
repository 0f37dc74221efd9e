package io.omnisql.node.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private long monotonic = -5_000;
    private long calendar = 1_000_000;
    private final SteadyClock clock = new SteadyClock(() -> monotonic, () -> calendar);
    private final long before = clock.getAsLong();

    @Test
    void passesWithTheMonotonicClock() {
        monotonic += 70;
        calendar += 70;

        assertThat(clock.getAsLong() - before).isEqualTo(70);
    }

    @Test
    void passesWhileTheMachineIsSuspended() {
        monotonic += 1;
        calendar += 900;

        assertThat(clock.getAsLong() - before).isEqualTo(900);
    }

    @Test
    void doesNotMindACalendarThatIsSetBack() {
        monotonic += 70;
        calendar -= 400;

        assertThat(clock.getAsLong() - before).isEqualTo(70);
    }

    @Test
    void aCalendarThatIsSetForwardAndBackMakesThingsLookOlderOnly() {
        calendar += 400;
        clock.getAsLong();
        calendar -= 400;
        monotonic += 70;
        calendar += 70;

        assertThat(clock.getAsLong() - before).isEqualTo(470);
    }
}
