package io.omnisql.client.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.client.connection.AnswerLoser;
import io.omnisql.client.connection.PlainPostgres;
import io.omnisql.client.connection.SessionSettings;
import io.omnisql.client.connection.SessionSettings.WriteRetry;
import io.omnisql.client.connection.Target;
import io.omnisql.omnipaxos.simulation.HistoryChecker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConsistencyRunTest {
    @AutoClose
    private static final PlainPostgres POSTGRES = new PlainPostgres();

    @TempDir
    private Path folder;

    private ConsistencySettings settings(SessionSettings session, Duration duration) {
        return new ConsistencySettings(session, 4, duration, 0, 3000, 11, Duration.ofSeconds(90), folder);
    }

    private List<Operation> recorded() throws IOException {
        return History.read(folder.resolve(History.FILE_NAME));
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void findsNothingWrongWithAPlainPostgres(WorkloadKind kind) throws IOException {
        Verdict verdict = new ConsistencyRun(kind, settings(POSTGRES.settings(), Duration.ofSeconds(20))).run();

        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.unknown()).isZero();
        assertThat(verdict.ok()).isGreaterThan(1000);
        assertThat(kind.violations(recorded(), true)).isEmpty();
    }

    @Test
    void recordsRegistersThatTheSearchFindsLinearizable() throws IOException {
        new ConsistencyRun(WorkloadKind.REGISTER, settings(POSTGRES.settings(), Duration.ofSeconds(20))).run();

        assertThat(HistoryChecker.check(Checkable.of(recorded()))).isEqualTo(new HistoryChecker.Result.Linearizable());
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void findsNothingWrongAfterACrash(WorkloadKind kind) throws Exception {
        try (var crashing = new PlainPostgres();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Path history = folder.resolve(History.FILE_NAME);
            var run = new ConsistencyRun(kind, settings(crashing.settings(), Duration.ofSeconds(8)));
            Future<Verdict> verdict = executor.submit(run::run);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> Files.exists(history) && Files.size(history) > 10_000);

            crashing.crash();
            crashing.restart();

            assertThat(verdict.get().violations()).isEmpty();
            assertThat(verdict.get().unknown() + verdict.get().failed()).isPositive();
        }
    }

    /** A plain PostgreSQL does not know idempotency keys, so here a repeated write is done twice. */
    @Test
    void findsAWriteThatWasDoneTwice() throws IOException {
        try (var loser = new AnswerLoser(POSTGRES.port())) {
            var targets = List.of(Target.parse(POSTGRES.url(loser.port())));
            var session = PlainPostgres.settings(targets, WriteRetry.WITH_KEY);
            loser.loseAnswers(5);

            Verdict verdict = new ConsistencyRun(WorkloadKind.SET, settings(session, Duration.ofSeconds(20))).run();

            assertThat(verdict.violations())
                    .isNotEmpty()
                    .allMatch(each -> each.contains("twice") || each.contains("times"));
        }
    }

    @Test
    void findsAWriteThatTheDatabaseDropped() throws Exception {
        try (var forgetful = new PlainPostgres()) {
            forgetful.execute("CREATE TABLE check_set (run TEXT NOT NULL, element BIGINT NOT NULL)");
            forgetful.execute(
                    "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS "
                            + "'BEGIN DELETE FROM check_set WHERE element = NEW.element - 7 AND element % 100 = 0; RETURN NEW; END'");
            forgetful.execute("CREATE TRIGGER forget AFTER INSERT ON check_set FOR EACH ROW EXECUTE FUNCTION forget()");

            Verdict verdict =
                    new ConsistencyRun(WorkloadKind.SET, settings(forgetful.settings(), Duration.ofSeconds(20))).run();

            assertThat(verdict.violations()).isNotEmpty().anyMatch(each -> each.contains("Lost"));
        }
    }

    @Test
    void findsMoneyThatTheDatabaseMade() throws Exception {
        try (var generous = new PlainPostgres()) {
            generous.execute("CREATE TABLE check_bank (run TEXT, account INT, balance BIGINT NOT NULL "
                    + "CHECK (balance >= 0), PRIMARY KEY (run, account))");
            generous.execute("CREATE FUNCTION give() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN IF NEW.account = 3 THEN NEW.balance := NEW.balance + 1; END IF; RETURN NEW; END'");
            generous.execute("CREATE TRIGGER give BEFORE UPDATE ON check_bank FOR EACH ROW EXECUTE FUNCTION give()");

            Verdict verdict =
                    new ConsistencyRun(WorkloadKind.BANK, settings(generous.settings(), Duration.ofSeconds(20))).run();

            assertThat(verdict.violations()).isNotEmpty().anyMatch(each -> each.contains("Total"));
        }
    }

    @Test
    void isNotSatisfiedWhenNothingWasAcknowledged() throws Exception {
        try (var refusing = new PlainPostgres()) {
            refusing.execute("CREATE TABLE check_append (key TEXT PRIMARY KEY, list TEXT NOT NULL CHECK (false))");

            Verdict verdict =
                    new ConsistencyRun(WorkloadKind.APPEND, settings(refusing.settings(), Duration.ofSeconds(1))).run();

            assertThat(verdict.violations()).singleElement().asString().contains("nothing was checked");
        }
    }
}
