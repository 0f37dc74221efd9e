package io.omnisql.client.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.client.connection.PlainPostgres;
import io.omnisql.client.connection.SessionSettings.WriteRetry;
import io.omnisql.client.connection.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final long SECOND = 1_000_000_000;

    private static Schedule schedule(Phase... phases) {
        var session = PlainPostgres.settings(List.of(Target.parse("postgresql://h/d")), WriteRetry.NEVER);
        return new Schedule(Profiles.of(session, Path.of("unused"), phases), 0);
    }

    private static List<Schedule.Ticket> all(Schedule schedule, long nowNanos) {
        List<Schedule.Ticket> tickets = new ArrayList<>();
        for (var ticket = schedule.next(nowNanos); ticket != null; ticket = schedule.next(nowNanos)) {
            tickets.add(ticket);
        }
        return tickets;
    }

    @Test
    void spreadsTheStartsOfEachPhaseEvenlyAtAnyRate() {
        var schedule = schedule(new Phase(Duration.ofSeconds(4), 0.5, 1), new Phase(Duration.ofSeconds(1), 3, 0));

        List<Schedule.Ticket> tickets = all(schedule, 0);

        assertThat(tickets)
                .extracting(Schedule.Ticket::intendedNanos)
                .containsExactly(0L, 2 * SECOND, 4 * SECOND, 4 * SECOND + 333_333_333, 4 * SECOND + 666_666_667);
        assertThat(tickets).extracting(Schedule.Ticket::number).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(tickets).extracting(Schedule.Ticket::phase).containsExactly(1, 1, 2, 2, 2);
    }

    @Test
    void intendsMoreThanAThousandRequestsPerSecond() {
        assertThat(all(schedule(new Phase(Duration.ofSeconds(2), 2500, 0)), 0)).hasSize(5000);
    }

    @Test
    void keepsTheIntendedStartsOfWhatFellBehind() {
        var schedule = schedule(new Phase(Duration.ofSeconds(1), 2, 0));

        assertThat(all(schedule, SECOND + SECOND / 2))
                .extracting(Schedule.Ticket::intendedNanos)
                .containsExactly(0L, SECOND / 2);
    }

    @Test
    void countsWhatIsNotSentBeforeTheDrainTimeout() {
        var schedule = schedule(new Phase(Duration.ofSeconds(10), 1, 0), new Phase(Duration.ofSeconds(1), 5, 0));
        schedule.next(0);

        assertThat(schedule.next(14 * SECOND)).isNull();
        assertThat(schedule.notStarted()).isEqualTo(14);
    }

    @Test
    void handsOutClosedLoopRequestsUntilThePhaseIsOver() {
        var schedule = schedule(new Phase(Duration.ofSeconds(1), 0, 0), new Phase(Duration.ofSeconds(1), 1, 0));

        assertThat(schedule.next(10))
                .extracting(each -> each == null ? -1 : each.intendedNanos())
                .isEqualTo(10L);
        assertThat(schedule.next(20))
                .extracting(each -> each == null ? -1 : each.intendedNanos())
                .isEqualTo(20L);
        assertThat(schedule.next(SECOND))
                .extracting(each -> each == null ? -1 : each.phase())
                .isEqualTo(2);
    }

    @Test
    void endsWhenStopped() {
        var schedule = schedule(new Phase(Duration.ofSeconds(1), 10, 0));
        schedule.next(0);

        schedule.stop();

        assertThat(schedule.next(0)).isNull();
        assertThat(schedule.notStarted()).isEqualTo(9);
    }
}
