package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.OmniSqlClusterStatus.Connection;
import io.omnisql.operator.api.OmniSqlClusterStatus.Readers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadersPlanTest {
    private static final ClusterView FOUNDED = Looks.healthy(3, 3);
    private static final ClusterView NEW = new ClusterView(
            Looks.wanted(3),
            null,
            List.of(),
            List.of(),
            false,
            0,
            Recovery.NONE,
            null,
            CertificateVerdict.INSECURE,
            Looks.NOW);
    private static final ClusterView HIBERNATING = Looks.with(
            new Wanted(3, false, true, true, true, Duration.ofMinutes(10), Duration.ofMinutes(10), 1), List.of(), 0);

    private static ReadersView seen(int wanted, int kept, int pods, int ready, int updated) {
        return new ReadersView(wanted, new ReadersView.PodSet(kept, true, pods, ready, updated));
    }

    private static OmniSqlClusterStatus status(ClusterView view, ReadersView readers) {
        var occasion = new Occasion(
                1, "", new Connection("host", 5432, "omnisql", "secret"), OmniSqlClusterStatus.empty(), Looks.NOW);
        return ReadersStatus.in(OmniSqlClusterStatus.empty(), view, readers, occasion);
    }

    private static String told(ClusterView view, ReadersView readers) {
        var condition = status(view, readers).conditionsOrNone().getFirst();
        assertThat(condition.type()).isEqualTo(Condition.READERS_READY);
        return condition.status() + " " + condition.reason() + ": " + condition.message();
    }

    @Test
    void waitForTheFoundingAndForNothingElse() {
        var wanted = new ReadersView(2, null);

        assertThat(ReadersPlan.pods(NEW, wanted)).contains(0);
        assertThat(ReadersPlan.pods(FOUNDED, wanted)).contains(2);
    }

    @Test
    void hibernateWithTheMembers() {
        assertThat(ReadersPlan.pods(HIBERNATING, seen(2, 2, 2, 2, 2))).contains(0);
        assertThat(told(HIBERNATING, seen(2, 0, 0, 0, 0))).isEqualTo("False Hibernating: no node runs");
    }

    @Test
    void theirStatefulSetGoesWhenItsPodsAreGoneAndNotBefore() {
        assertThat(ReadersPlan.pods(FOUNDED, seen(0, 2, 2, 2, 2))).contains(0);
        assertThat(ReadersPlan.pods(FOUNDED, seen(0, 0, 1, 0, 1))).contains(0);
        assertThat(ReadersPlan.pods(FOUNDED, new ReadersView(0, new ReadersView.PodSet(0, false, 0, 0, 0))))
                .as("its controller has not seen yet that it shall keep none")
                .contains(0);
        assertThat(ReadersPlan.pods(FOUNDED, seen(0, 0, 0, 0, 0))).isEmpty();
        assertThat(ReadersPlan.pods(FOUNDED, new ReadersView(0, null))).isEmpty();
    }

    @Test
    void areReadyWhenAllThatAreWantedAreOfTheNewestTemplate() {
        assertThat(told(FOUNDED, seen(2, 2, 2, 2, 2))).startsWith("True AllReadersReady: 2 of 2");
        assertThat(told(FOUNDED, seen(2, 2, 2, 2, 1))).startsWith("False RollingOut");
        assertThat(told(FOUNDED, seen(2, 2, 2, 1, 2)))
                .isEqualTo("False ReadersNotReady: 1 of 2 read replicas are ready");
        assertThat(told(FOUNDED, seen(2, 3, 3, 3, 3))).startsWith("False ReadersNotReady");
        assertThat(told(FOUNDED, new ReadersView(2, null))).startsWith("False ReadersNotReady: 0 of 2");
    }

    @Test
    void nothingIsToldWhereThereAreNone() {
        assertThat(status(FOUNDED, new ReadersView(0, null))).satisfies(told -> {
            assertThat(told.readers()).isNull();
            assertThat(told.conditionsOrNone()).isEmpty();
        });
        assertThat(status(FOUNDED, seen(0, 0, 1, 1, 1)).readers()).isEqualTo(new Readers(1, 1));
    }
}
