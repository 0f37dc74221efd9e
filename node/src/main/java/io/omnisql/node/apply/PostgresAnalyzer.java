package io.omnisql.node.apply;

import io.omnisql.node.gateway.ClientFacts;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.WriteCommand;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.gateway.WritePlanner;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.postgres.ScramVerifier;
import io.omnisql.node.sql.AnalysisRequest;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import io.omnisql.node.sql.SqlStatement;
import io.omnisql.node.sql.StatementDraft;
import io.omnisql.node.sql.StatementDraft.Drafted;
import io.omnisql.node.sql.StatementDraft.Finished;
import io.omnisql.node.sql.StatementSplitter;
import io.omnisql.node.sql.Verdict;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Plans writes: has each new shape of statement analysed by this node's PostgreSQL, and remembers the verdicts until the catalog changes.
 * Thread-safe.
 */
public final class PostgresAnalyzer implements WritePlanner, AutoCloseable {
    private static final int VERDICTS_MAX = 4_096;
    private static final int WAITING_MAX = 1_024;
    private static final int SALT_BYTES = 16;
    private static final Pattern TEMPORARY_SCHEMA = Pattern.compile("(?i)(^|[\\s,\"])pg_temp(_\\d+)?($|[\\s,\"])");

    private final LongSupplier catalogVersion;
    private final AnalysisSessions sessions;
    private final SecureRandom salts = new SecureRandom();
    private final VerdictCache cache = new VerdictCache(VERDICTS_MAX);
    private final DraftCache drafts = new DraftCache();
    private final Semaphore waiting = new Semaphore(WAITING_MAX);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("analyzer-", 0).factory());

    /** Asks {@code postgres}; {@code catalogVersion} is the applier's. */
    public PostgresAnalyzer(PostgresInstance postgres, LongSupplier catalogVersion) {
        this.sessions = new AnalysisSessions(postgres);
        this.catalogVersion = catalogVersion;
    }

    /**
     * A statement on its way.
     *
     * @param before definitions of the same command that it may need; then its verdict is not remembered
     * @param verdict null when it is not known
     */
    private record Step(
            StatementDraft draft,
            WriteStatement statement,
            VerdictCache.Key key,
            List<String> before,
            @Nullable Verdict verdict) {}

    @Override
    public CompletionStage<Planned> plan(WriteCommand command) {
        var steps = new ArrayList<Step>();
        for (WriteStatement statement : command.statements()) {
            SqlError refused = draft(statement, command.client(), steps);
            if (refused != null) {
                return CompletableFuture.completedFuture(new Planned.Refused(refused));
            }
        }
        if (steps.stream().allMatch(step -> step.verdict != null)) {
            return CompletableFuture.completedFuture(finished(steps));
        }
        if (!waiting.tryAcquire()) {
            return CompletableFuture.completedFuture(new Planned.Refused(
                    SqlError.of("53400", "more than " + WAITING_MAX + " writes wait for their analysis")));
        }
        return CompletableFuture.supplyAsync(() -> analysed(steps, command.client()), threads)
                .whenComplete((_, _) -> waiting.release());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        sessions.close();
    }

    private @Nullable SqlError draft(WriteStatement statement, ClientFacts client, List<Step> steps) {
        StatementDraft known = statement.parameters().isEmpty() ? null : drafts.get(statement.sql());
        if (known != null) {
            steps.add(step(known, statement, client, steps));
            return null;
        }
        List<SqlStatement> parts = StatementSplitter.split(statement.sql());
        if (parts.size() > 1 && !statement.parameters().isEmpty()) {
            return SqlError.of("42601", "cannot insert multiple commands into a prepared statement");
        }
        for (SqlStatement part : parts) {
            if (part.parameterCount() > statement.parameters().size()) {
                return SqlError.of("42P02", "there is no parameter $" + part.parameterCount());
            }
            switch (StatementDraft.of(part, this::verifier)) {
                case Drafted.No(var refused) -> {
                    return new SqlError(refused.sqlState(), refused.reason(), null, emptyToNull(refused.hint()));
                }
                case Drafted.Ready(StatementDraft draft) -> {
                    if (draft.isDefinition() && definesForOneSession(client)) {
                        return SqlError.withHint(
                                "0A000",
                                "search_path names pg_temp, whose objects exist in one node's session only",
                                "Leave pg_temp out of search_path.");
                    }
                    steps.add(step(draft, statement, client, steps));
                    if (!statement.parameters().isEmpty()) {
                        drafts.put(statement.sql(), draft);
                    }
                }
            }
        }
        return null;
    }

    private static boolean definesForOneSession(ClientFacts client) {
        String path = client.settings().getOrDefault("search_path", "");
        return TEMPORARY_SCHEMA.matcher(path).find();
    }

    private Step step(StatementDraft draft, WriteStatement statement, ClientFacts client, List<Step> earlier) {
        List<Integer> types =
                statement.parameters().stream().map(Parameter::type).toList();
        String path = client.settings().getOrDefault("search_path", "");
        var key = new VerdictCache.Key(draft.shape(), types, client.role(), path, catalogVersion.getAsLong());
        List<String> before = earlier.stream()
                .map(Step::draft)
                .filter(StatementDraft::isDefinition)
                .map(StatementDraft::trial)
                .toList();
        return new Step(draft, statement, key, before, known(draft, key, before));
    }

    private @Nullable Verdict known(StatementDraft draft, VerdictCache.Key key, List<String> before) {
        if (draft.analysed().isEmpty()) {
            return new Verdict.Safe(false, List.of());
        }
        synchronized (cache) {
            return before.isEmpty() ? cache.get(key) : null;
        }
    }

    private Planned analysed(List<Step> steps, ClientFacts client) {
        var complete = new ArrayList<Step>();
        try {
            for (Step step : steps) {
                Verdict verdict = step.verdict == null ? analysed(step, client) : step.verdict;
                complete.add(new Step(step.draft, step.statement, step.key, step.before, verdict));
                if (!(verdict instanceof Verdict.Safe)) {
                    break; // What is refused must not be tried out for the sake of those behind it.
                }
            }
            return finished(complete);
        } catch (IOException e) {
            return new Planned.Refused(SqlError.withHint(
                    "57P03",
                    "this node's PostgreSQL does not answer: " + e.getMessage(),
                    "Try again, or another node."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Planned.Refused(SqlError.of("57P01", "this node is stopping"));
        }
    }

    private Verdict analysed(Step step, ClientFacts client) throws IOException, InterruptedException {
        var request = new AnalysisRequest(
                step.draft.shape(),
                step.draft.analysed(),
                step.key.types(),
                client.role(),
                client.settings(),
                step.before);
        Verdict verdict = sessions.analyse(request, client.sessionUser());
        synchronized (cache) {
            if (step.before.isEmpty()) {
                cache.put(step.key, verdict);
            }
        }
        return verdict;
    }

    private static Planned finished(List<Step> steps) {
        var statements = new ArrayList<ReplicatedStatement>();
        boolean needsInputs = false;
        for (Step step : steps) {
            Verdict verdict = java.util.Objects.requireNonNull(step.verdict);
            switch (step.draft.finish(verdict, step.statement.parameters(), step.statement.resultFormats())) {
                case Finished.No(String sqlState, String reason, String hint) -> {
                    return new Planned.Refused(new SqlError(sqlState, reason, null, emptyToNull(hint)));
                }
                case Finished.Ready(ReplicatedStatement statement, boolean asksForInputs) -> {
                    statements.add(statement);
                    needsInputs |= asksForInputs;
                }
            }
        }
        return new Planned.Ready(statements, needsInputs);
    }

    private String verifier(String password) {
        var salt = new byte[SALT_BYTES];
        salts.nextBytes(salt);
        return ScramVerifier.of(password, salt);
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
