package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.omnisql.node.postgres.CatalogQuestions.Answer;
import io.omnisql.node.replica.LogActivity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NodeWatchTest {
    private static final LogActivity LOG = new LogActivity() {
        @Override
        public void setListener(Listener listener) {}

        @Override
        public DiskUse diskUse() {
            return new DiskUse(2, 100);
        }

        @Override
        public Retained retained() {
            return new Retained(7, 90);
        }

        @Override
        public long indexOfLast(long bytes) {
            return 7;
        }
    };

    @Test
    void hasLookedWhenItBegins() {
        try (NodeWatch watch = NodeWatch.start(() -> new Answer("17.1", 1, 2), LOG)) {
            assertThat(watch.postgresAnswers()).isTrue();
            assertThat(watch.answer()).isEqualTo(new Answer("17.1", 1, 2));
            assertThat(watch.diskUse()).isEqualTo(new LogActivity.DiskUse(2, 100));
            assertThat(watch.retained()).isEqualTo(new LogActivity.Retained(7, 90));
        }
    }

    @Test
    void goesOnLookingAfterTrouble() {
        var questions = new AtomicInteger();
        try (NodeWatch watch = NodeWatch.start(
                () -> {
                    if (questions.getAndIncrement() == 0) {
                        throw new SQLException("PostgreSQL starts");
                    }
                    return new Answer("17.1", 1, 2);
                },
                LOG)) {
            assertThat(watch.postgresAnswers()).isFalse();
            await().atMost(Duration.ofSeconds(30)).until(watch::postgresAnswers);
        }
    }
}
