package io.omnisql.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.client.connection.SessionSettings.LevelBy;
import io.omnisql.client.connection.SessionSettings.Reconnect;
import io.omnisql.client.connection.SessionSettings.WriteRetry;
import io.omnisql.testing.FreePorts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeSessionTest {
    private static final String INSERT = "INSERT INTO item (number) VALUES (1)";

    @AutoClose
    private static final PlainPostgres POSTGRES = new PlainPostgres();

    @BeforeEach
    void createTable() throws SQLException {
        POSTGRES.execute("DROP TABLE IF EXISTS item");
        POSTGRES.execute("CREATE TABLE item (number INT)");
    }

    @Test
    void tellsTheReadLevelAndItsBoundToTheNodeInBothWays() {
        for (LevelBy by : LevelBy.values()) {
            var settings = new SessionSettings(
                    POSTGRES.settings().targets(),
                    Reconnect.SAME,
                    ReadLevel.LOCAL,
                    Duration.ofMillis(1_500),
                    by,
                    Duration.ofSeconds(3),
                    WriteRetry.NEVER,
                    Duration.ofSeconds(3));

            try (var session = new NodeSession(settings)) {
                assertThat(session.read(text("SHOW omnisql.read_level"))).isEqualTo(new Attempt.Done<>("local"));
                assertThat(session.read(text("SHOW omnisql.max_staleness"))).isEqualTo(new Attempt.Done<>("1500ms"));
            }
        }
    }

    @Test
    void callsARefusedWriteFailedAndKeepsTheConnection() {
        try (var session = new NodeSession(POSTGRES.settings())) {
            Attempt<Integer> refused = session.write("k", update("INSERT INTO item (number) VALUES ('x')"));
            Attempt<Integer> done = session.write("k", update(INSERT));

            assertThat(refused.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(refused.state()).isEqualTo("22P02");
            assertThat(done).isEqualTo(new Attempt.Done<>(1));
        }
    }

    @Test
    void callsAWriteUnknownWhoseAnswerWasLostAndDoesNotRepeatIt() throws Exception {
        try (var loser = new AnswerLoser(POSTGRES.port());
                var session = new NodeSession(through(loser, WriteRetry.NEVER))) {
            session.open();
            loser.loseAnswers(1);

            Attempt<Integer> lost = session.write("k", update(INSERT));

            assertThat(lost.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(lost.state()).startsWith("08");
            assertThat(POSTGRES.number("SELECT count(*) FROM item")).isEqualTo(1);
        }
    }

    /** A plain PostgreSQL does not know the key, so the repetition shows. */
    @Test
    void repeatsAWriteOfUnknownOutcomeUnderItsKeyUntilItIsKnown() throws Exception {
        try (var loser = new AnswerLoser(POSTGRES.port());
                var session = new NodeSession(through(loser, WriteRetry.WITH_KEY))) {
            session.open();
            loser.loseAnswers(2);

            Attempt<Integer> done = session.write("key-1", update(INSERT));
            Attempt<String> key = session.read(text("SHOW omnisql.idempotency_key"));

            assertThat(done).isEqualTo(new Attempt.Done<>(1));
            assertThat(POSTGRES.number("SELECT count(*) FROM item")).isEqualTo(3);
            assertThat(key).isEqualTo(new Attempt.Done<>("key-1"));
        }
    }

    @Test
    void callsAReadFailedWhoseAnswerWasLost() throws Exception {
        try (var loser = new AnswerLoser(POSTGRES.port());
                var session = new NodeSession(through(loser, WriteRetry.NEVER))) {
            loser.loseAnswers(1);

            Attempt<String> lost = session.read(text("SELECT 'INSERT 0 1'"));

            assertThat(lost.outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void goesOnAtTheNextTargetWhenOneIsNotThere() {
        int nobody = FreePorts.next();
        var targets = List.of(Target.parse(POSTGRES.url(nobody)), Target.parse(POSTGRES.url()));

        try (var session = new NodeSession(PlainPostgres.settings(targets, WriteRetry.NEVER))) {
            Attempt<Integer> done = session.write("k", update(INSERT));

            assertThat(done).isEqualTo(new Attempt.Done<>(1));
            assertThat(session.node()).isEqualTo("127.0.0.1:" + POSTGRES.port());
        }
    }

    @Test
    void callsAWriteFailedThatWasNeverSent() {
        int nobody = FreePorts.next();
        var targets = List.of(Target.parse(POSTGRES.url(nobody)));

        try (var session = new NodeSession(PlainPostgres.settings(targets, WriteRetry.NEVER))) {
            assertThat(session.write("k", update(INSERT)).outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void callsAWriteUnknownThatTakesLongerThanTheTimeout() {
        try (var session = new NodeSession(POSTGRES.settings())) {
            Attempt<Integer> late = session.write("k", update("INSERT INTO item SELECT 1 FROM pg_sleep(30)"));

            assertThat(late.outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    private static SessionSettings through(AnswerLoser loser, WriteRetry retry) {
        return PlainPostgres.settings(List.of(Target.parse(POSTGRES.url(loser.port()))), retry);
    }

    private static SqlCall<Integer> update(String sql) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(sql);
            }
        };
    }

    private static SqlCall<String> text(String sql) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                ResultSet rows = statement.executeQuery(sql);
                rows.next();
                return rows.getString(1);
            }
        };
    }
}
