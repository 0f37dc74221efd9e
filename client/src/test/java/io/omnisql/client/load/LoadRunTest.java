package io.omnisql.client.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnisql.client.connection.Outcome;
import io.omnisql.client.connection.PlainPostgres;
import io.omnisql.client.report.RequestKind;
import io.omnisql.client.report.RequestLog;
import io.omnisql.client.report.RequestRecord;
import io.omnisql.client.report.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRunTest {
    @AutoClose
    private static final PlainPostgres POSTGRES = new PlainPostgres();

    @TempDir
    private Path folder;

    private static List<RequestRecord> rows(Path folder) throws IOException {
        List<RequestRecord> rows = new ArrayList<>();
        RequestLog.read(folder.resolve(RequestLog.FILE_NAME), rows::add);
        return rows;
    }

    @Test
    void sendsWhatTheProfileSaysAndRecordsEachRequest() throws Exception {
        LoadProfile profile = Profiles.of(
                POSTGRES.settings(),
                folder,
                new Phase(Duration.ofMillis(500), 200, 0),
                new Phase(Duration.ofMillis(500), 400, 0.5));

        Summary summary = new LoadRun(profile).run();

        List<RequestRecord> rows = rows(folder);
        assertThat(rows).hasSize(300).allMatch(row -> row.outcome() == Outcome.OK);
        assertThat(rows)
                .filteredOn(row -> row.phase() == 1)
                .hasSize(100)
                .allMatch(row -> row.kind() == RequestKind.WRITE);
        assertThat(rows).filteredOn(row -> row.kind() == RequestKind.READ).hasSizeBetween(60, 140);
        assertThat(rows).filteredOn(row -> row.kind() == RequestKind.READ).allMatch(row -> row.rows() == 1);
        assertThat(POSTGRES.number("SELECT count(*) FROM kv_table WHERE key LIKE 'tester-%' AND length(value) = 32"))
                .isEqualTo(100);
        assertThat(summary.total().ok()).isEqualTo(300);
        assertThat(summary.notStarted()).isZero();
    }

    @Test
    void writesASummaryThatOtherProgramsCanRead() throws Exception {
        LoadProfile profile = Profiles.of(POSTGRES.settings(), folder, new Phase(Duration.ofMillis(300), 100, 0.5));

        new LoadRun(profile).run();

        JsonNode json =
                new ObjectMapper().readTree(folder.resolve(Summary.FILE_NAME).toFile());
        assertThat(json.at("/client").asText()).isEqualTo("tester");
        assertThat(json.at("/total/ok").asLong()).isEqualTo(30);
        JsonNode latency = json.at("/byKind/write/latencyMicros");
        assertThat(latency.at("/p99").asLong())
                .isPositive()
                .isLessThanOrEqualTo(latency.at("/max").asLong());
        assertThat(json.at("/byPhase/phase 1/donePerSecond").asDouble()).isEqualTo(100.0);
        assertThat(json.at("/byNode").size()).isEqualTo(1);
        assertThat(Instant.parse(json.at("/startedAt").asText())).isBefore(Instant.now());
    }

    @Test
    void sendsAsFastAsAnswersComeInAClosedLoop() throws Exception {
        LoadProfile profile = Profiles.of(POSTGRES.settings(), folder, new Phase(Duration.ofMillis(500), 0, 0));

        Summary summary = new LoadRun(profile).run();

        assertThat(summary.total().ok()).isGreaterThan(50);
        assertThat(rows(folder)).allMatch(row -> row.startMicros() - row.intendedMicros() < 100_000);
    }

    @Test
    void chargesTheWaitBehindASlowAnswerToTheRequestsThatWaited() throws Exception {
        POSTGRES.execute("CREATE TABLE IF NOT EXISTS kv_table (key TEXT PRIMARY KEY, value TEXT)");
        LoadProfile profile = Profiles.of(POSTGRES.settings(), folder, new Phase(Duration.ofSeconds(1), 100, 0));
        LoadRun run = new LoadRun(profile);

        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Summary> summary = executor.submit(run::run);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> run.measurements().count(Outcome.OK) > 5);
            POSTGRES.execute("BEGIN; LOCK TABLE kv_table IN EXCLUSIVE MODE; SELECT pg_sleep(0.5); COMMIT");

            assertThat(summary.get().total().ok()).isEqualTo(100);
        }

        // Four sessions stood still for half a second; some fifty intended starts fell into it.
        assertThat(rows(folder))
                .filteredOn(row -> row.latencyMicros() > 100_000)
                .hasSizeGreaterThan(20);
    }

    @Test
    void recordsWhatACrashDidToTheRequestsAndGoesOnAfterIt() throws Exception {
        try (var crashing = new PlainPostgres();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            LoadRun run =
                    new LoadRun(Profiles.of(crashing.settings(), folder, new Phase(Duration.ofMinutes(10), 100, 0.2)));
            Future<Summary> summary = executor.submit(run::run);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> run.measurements().count(Outcome.OK) > 20);

            crashing.crash();
            crashing.restart();
            long before = run.measurements().count(Outcome.OK);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> run.measurements().count(Outcome.OK) > before + 20);
            run.stop();

            Summary.Group total = summary.get().total();
            assertThat(total.failed() + total.unknown()).isPositive();
            assertThat(total.ok()
                            + total.failed()
                            + total.unknown()
                            + summary.get().notStarted())
                    .isEqualTo(60_000);
            // Every acknowledged write is there; an unknown one may be.
            long acknowledged = rows(folder).stream()
                    .filter(row -> row.kind() == RequestKind.WRITE && row.outcome() == Outcome.OK)
                    .map(row -> row.id() % 100)
                    .distinct()
                    .count();
            assertThat(crashing.number("SELECT count(*) FROM kv_table")).isGreaterThanOrEqualTo(acknowledged);
        }
    }

    @Test
    void beginsTogetherWithTheOtherClientsOfItsRun() throws Exception {
        Start start = new Start.WithClients("run-" + System.nanoTime(), 2, Duration.ofSeconds(20));
        LoadProfile one = Profiles.starting(
                start, POSTGRES.settings(), folder.resolve("a"), new Phase(Duration.ofMillis(100), 50, 0));
        LoadProfile other = new LoadProfile(
                "other",
                "there",
                one.session(),
                one.phases(),
                1,
                start,
                10,
                8,
                1,
                one.drainTimeout(),
                folder.resolve("b"),
                one.effectiveSettings());

        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Summary> first = executor.submit(() -> new LoadRun(one).run());
            Future<Summary> second = executor.submit(() -> new LoadRun(other).run());

            Duration apart = Duration.between(
                    Instant.parse(first.get().startedAt()),
                    Instant.parse(second.get().startedAt()));
            assertThat(apart.abs()).isLessThan(Duration.ofMillis(5));
        }
    }

    @Test
    void givesUpWhenTheOtherClientsDoNotCome() {
        Start start = new Start.WithClients("run-" + System.nanoTime(), 3, Duration.ofMillis(300));
        LoadProfile alone =
                Profiles.starting(start, POSTGRES.settings(), folder, new Phase(Duration.ofMillis(100), 50, 0));

        assertThatThrownBy(() -> new LoadRun(alone).run()).hasMessageContaining("Only 1 of 3 clients");
    }

    @Test
    void stopsEarlyAndCountsWhatWasNotSent() throws Exception {
        LoadRun run = new LoadRun(Profiles.of(POSTGRES.settings(), folder, new Phase(Duration.ofHours(1), 10, 0)));

        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Summary> summary = executor.submit(run::run);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> run.measurements().count(Outcome.OK) > 0);
            run.stop();

            assertThat(summary.get().total().ok() + summary.get().notStarted()).isEqualTo(36_000);
        }
    }
}
