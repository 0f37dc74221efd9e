package io.omnisql.node.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL's own command-line tools as clients, where they are installed. */
@Timeout(120)
class ToolsTest {
    private static final Path TOOLS = Path.of("/usr/bin");
    private static TestServer node;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        node = new TestServer();
        node.superuser("CREATE TABLE accounts (id int PRIMARY KEY, balance int); ALTER TABLE accounts OWNER TO ana;"
                + "INSERT INTO accounts SELECT i, 0 FROM generate_series(1, 1000) i");
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @Test
    void psqlDefinesWritesReadsAndDescribes() throws Exception {
        Path script = Files.writeString(folder.resolve("script.sql"), """
                CREATE TABLE notes (id serial PRIMARY KEY, body text NOT NULL);
                INSERT INTO notes (body) VALUES ('first'), ('ďruhý') RETURNING id;
                \\d notes
                \\dt
                BEGIN;
                SELECT count(*) AS in_block FROM notes;
                COMMIT;
                SET omnisql.read_level = linearizable;
                SHOW omnisql.read_level;
                \\copy (SELECT body FROM notes ORDER BY id) TO STDOUT
                INSERT INTO notes VALUES (1, 'again');
                """);

        String said = run("psql", "-X", "-f", script.toString());

        assertThat(said)
                .contains("CREATE TABLE")
                .contains("INSERT 0 2")
                .contains("notes_pkey")
                .contains("in_block")
                .contains("linearizable")
                .contains("first\nďruhý\n")
                .contains("ERROR:  duplicate key value violates unique constraint \"notes_pkey\"")
                .contains("DETAIL:  Key (id)=(1) already exists.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "prepared"})
    void pgbenchRunsInEachOfItsModes(String mode) throws Exception {
        Path script = Files.writeString(folder.resolve("mixed.sql"), """
                \\set id random(1, 1000)
                SELECT balance FROM accounts WHERE id = :id;
                UPDATE accounts SET balance = balance + 1 WHERE id = :id;
                """);
        long before = Long.parseLong(node.single("SELECT sum(balance) FROM accounts"));

        String said = run("pgbench", "-n", "-M", mode, "-c", "4", "-t", "50", "-f", script.toString());

        assertThat(said).contains("number of transactions actually processed: 200/200");
        assertThat(Long.parseLong(node.single("SELECT sum(balance) FROM accounts")))
                .isEqualTo(before + 200);
    }

    @Test
    void pgbenchPipelinesAreAtomicUnits() throws Exception {
        Path script = Files.writeString(folder.resolve("pipeline.sql"), """
                \\startpipeline
                UPDATE accounts SET balance = balance + 1 WHERE id = 1;
                UPDATE accounts SET balance = balance - 1 WHERE id = 2;
                SELECT sum(balance) FROM accounts;
                \\endpipeline
                """);
        node.cluster.commands().clear();

        String said = run("pgbench", "-n", "-M", "extended", "-c", "2", "-t", "20", "-f", script.toString());

        assertThat(said).contains("number of transactions actually processed: 40/40");
        assertThat(node.cluster.commands()).hasSize(40);
    }

    private String run(String tool, String... arguments) throws IOException, InterruptedException {
        Path program = TOOLS.resolve(tool);
        assumeTrue(Files.isExecutable(program), program + " is not installed");
        List<String> command = new ArrayList<>(List.of(program.toString(), "-h", "127.0.0.1", "-U", TestServer.USER));
        command.addAll(List.of("-p", Integer.toString(node.port)));
        command.addAll(List.of(arguments));
        command.add("postgres");
        Path output = folder.resolve(tool + ".out");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PGPASSWORD", TestServer.PASSWORD);
        builder.environment().put("PGCLIENTENCODING", "UTF8");
        Process process = builder.start();
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
