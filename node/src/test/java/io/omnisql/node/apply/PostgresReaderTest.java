package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.Limits;
import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PostgresReaderTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static List<StatementResult> read(PostgresReader reader, Map<String, String> settings, String... sql)
            throws Exception {
        List<ReplicatedStatement> statements = Stream.of(sql)
                .map(text -> new ReplicatedStatement(text, Grouping.SHARED, List.of(), List.of()))
                .toList();
        return reader.read(new Reading("app", "app", settings, statements))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static PostgresReader reader(AppliedNode node) {
        return new PostgresReader(node.postgres.instance(), node.appliedIndex, Limits.defaults(), TIMEOUT);
    }

    @Test
    void readsAsTheClientWouldAndLeavesNothingBehind() throws Exception {
        try (var node = AppliedNode.start();
                var reader = reader(node)) {
            node.apply(Commands.id(1).sql("INSERT INTO t VALUES (1, 'one')"));

            List<StatementResult> results = read(
                    reader, Map.of("timezone", "Asia/Tokyo"), "SELECT v FROM t", "SELECT current_setting('timezone')");
            List<StatementResult> after = read(reader, Map.of(), "SELECT current_setting('timezone') || session_user");

            assertThat(text(results.getFirst())).startsWith("T").contains("one", "SELECT 1");
            assertThat(text(results.getLast())).contains("Asia/Tokyo");
            assertThat(text(after.getFirst())).contains("UTCapp");
        }
    }

    @Test
    void refusesToWrite() throws Exception {
        try (var node = AppliedNode.start();
                var reader = reader(node)) {
            List<StatementResult> write =
                    read(reader, Map.of(), "SELECT 1", "INSERT INTO t VALUES (1, 'a')", "SELECT 2");
            List<StatementResult> escape = read(reader, Map.of(), "SET TRANSACTION READ WRITE");

            assertThat(write).hasSize(2);
            assertThat(write.getLast().sqlState()).isEqualTo("25006");
            assertThat(escape.getFirst().sqlState()).isEqualTo("25001");
            assertThat(node.value("SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    void endsReadingsThatTakeTooLongOrGiveTooMuch() throws Exception {
        try (var node = AppliedNode.start();
                var reader = reader(node)) {
            List<StatementResult> slow = read(reader, Map.of(), "SELECT pg_sleep(60)");
            List<StatementResult> large =
                    read(reader, Map.of(), "SELECT repeat('x', 1000) FROM generate_series(1, 100000)");
            List<StatementResult> after = read(reader, Map.of(), "SELECT 7");

            assertThat(slow.getFirst().sqlState()).isEqualTo("57014");
            assertThat(large.getFirst().sqlState()).isEqualTo("54000");
            assertThat(text(after.getFirst())).contains("7");
        }
    }

    /** Some large results at once were more than a small heap holds. */
    @Test
    void aLargeResultWaitsForRoomAndASmallOneDoesNot() throws Exception {
        String large = "SELECT repeat('x', 2000000)";
        var room = new ResultRoom(16 << 20, 16 << 20);
        try (var node = AppliedNode.start();
                var reader = new PostgresReader(
                        node.postgres.instance(), node.appliedIndex, Limits.defaults(), TIMEOUT, room)) {
            try (var other = room.claim(System.nanoTime() + TIMEOUT.toNanos())) {
                assertThat(other.covers(1 << 20)).isTrue();

                assertThat(read(reader, Map.of(), large).getFirst().sqlState()).isEqualTo("53200");
                assertThat(text(read(reader, Map.of(), "SELECT 7").getFirst())).contains("7");
            }
            for (int i = 0; i < 3; i++) {
                assertThat(read(reader, Map.of(), large).getFirst().sqlState()).isNull();
            }
        }
    }

    /** What a header announces was made room for, however much it was. */
    @Test
    void aRowThatIsTooLargeIsNotWaitedFor() throws Exception {
        try (var node = AppliedNode.start();
                var reader = reader(node)) {
            List<StatementResult> results =
                    read(reader, Map.of(), "SELECT 1", "SELECT repeat('x', 300000000)", "SELECT 2");

            assertThat(results).hasSize(2);
            assertThat(results.getLast().sqlState()).isEqualTo("54000");
        }
    }

    @Test
    void readsAgainAfterPostgresqlDiedAndNeverAnOlderState() throws Exception {
        try (var node = AppliedNode.start();
                var reader = reader(node)) {
            read(reader, Map.of(), "SELECT 1");
            for (int i = 1; i <= 300; i++) {
                node.decide(Commands.id(i).sql("INSERT INTO t VALUES ($1, 'a')", Integer.toString(i)));
            }
            node.awaitAll();
            node.postgres.kill();
            node.postgres.instance().awaitReady(Duration.ofSeconds(30));

            String answer = "";
            while (!answer.contains("SELECT 1")) {
                answer = text(read(reader, Map.of(), "SELECT count(*) FROM t").getFirst());
            }

            assertThat(answer).contains("300");
        }
    }

    private static String text(StatementResult result) {
        return new String(result.wire(), StandardCharsets.UTF_8);
    }
}
