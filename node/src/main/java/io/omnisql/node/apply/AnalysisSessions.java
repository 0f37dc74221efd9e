package io.omnisql.node.apply;

import io.omnisql.node.pgclient.PostgresError;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.sql.AnalysisRequest;
import io.omnisql.node.sql.CatalogSession;
import io.omnisql.node.sql.StatementAnalyst;
import io.omnisql.node.sql.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A few sessions of the superuser in which statements are analysed and nothing is executed. Thread-safe. */
final class AnalysisSessions implements AutoCloseable {
    private static final int SESSIONS_MAX = 2;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    /** The parser reads literals, and a value of such a domain within an array or a row is checked by that: by code of the client's. */
    private static final String CHECKED_DOMAINS =
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint" + " WHERE contypid >= 16384 AND contype = 'c')";

    /** Code of the client's, which an analysis executes, keeps others waiting for as long. */
    private static final Duration STATEMENT_MAX = Duration.ofSeconds(1);

    private static final Duration CHECKED_MAX = Duration.ofSeconds(3);
    private static final String TOO_LATE = "57014";
    private static final String NAME = "omnisql analyzer";

    private final PostgresInstance postgres;
    private final Semaphore places = new Semaphore(SESSIONS_MAX);
    /** Definitions that are tried out may take long over large tables: those who only ask do not wait for them. */
    private final Semaphore trialPlaces = new Semaphore(SESSIONS_MAX);

    private final ArrayDeque<PostgresSession> idle = new ArrayDeque<>();
    private boolean isClosed;

    AnalysisSessions(PostgresInstance postgres) {
        this.postgres = postgres;
    }

    /**
     * Waits for a session and analyses; tries once more over a fresh session when an idle one broke meanwhile.
     *
     * @param clientUser as whom it is analysed when code of the client's may be executed by that
     */
    Verdict analyse(AnalysisRequest request, String clientUser) throws IOException, InterruptedException {
        if (!request.before().isEmpty()) {
            return tried(request, clientUser);
        }
        places.acquire();
        try {
            PostgresSession known = take();
            if (known != null) {
                try {
                    return over(known, request, clientUser);
                } catch (IOException e) {
                    known.close();
                }
            }
            return over(
                    PostgresSession.open(
                            postgres.socketAddress(),
                            postgres.superuser(),
                            DatabaseBootstrap.DATABASE,
                            DatabaseBootstrap.SUPERUSER_OPTIONS,
                            ANSWER_MAX),
                    request,
                    clientUser);
        } finally {
            places.release();
        }
    }

    private Verdict tried(AnalysisRequest request, String clientUser) throws IOException, InterruptedException {
        trialPlaces.acquire();
        try {
            return withRightsOf(clientUser, request, Map.of("application_name", NAME), ANSWER_MAX);
        } finally {
            trialPlaces.release();
        }
    }

    private Verdict checked(AnalysisRequest request, String clientUser) throws IOException {
        String statementMax = Long.toString(STATEMENT_MAX.toMillis());
        Map<String, String> options = Map.of("application_name", NAME, "statement_timeout", statementMax);
        Verdict verdict = withRightsOf(clientUser, request, options, CHECKED_MAX);
        return verdict instanceof Verdict.Invalid invalid && invalid.sqlState().equals(TOO_LATE)
                ? new Verdict.Invalid(
                        TOO_LATE,
                        "the analysis of the statement took longer than " + STATEMENT_MAX.toMillis()
                                + " ms; it executes the checks of domains in arrays and rows")
                : verdict;
    }

    /** Where code of the client's may be executed: a session that never was a superuser's cannot become one. */
    private Verdict withRightsOf(
            String clientUser, AnalysisRequest request, Map<String, String> options, Duration patience)
            throws IOException {
        try (PostgresSession session = PostgresSession.open(
                postgres.socketAddress(), clientUser, DatabaseBootstrap.DATABASE, options, ANSWER_MAX)) {
            session.deadline(patience);
            return StatementAnalyst.analyse(request, asked(session));
        }
    }

    @Override
    public void close() {
        synchronized (idle) {
            isClosed = true;
            idle.forEach(PostgresSession::close);
            idle.clear();
        }
    }

    private Verdict over(PostgresSession session, AnalysisRequest request, String clientUser) throws IOException {
        boolean isWhole = false;
        try {
            session.deadline(ANSWER_MAX);
            boolean mayExecute = "t".equals(session.single(CHECKED_DOMAINS));
            Verdict verdict =
                    mayExecute ? checked(request, clientUser) : StatementAnalyst.analyse(request, asked(session));
            isWhole = true;
            return verdict;
        } finally {
            if (!isWhole || !put(session)) {
                session.close();
            }
        }
    }

    private static CatalogSession asked(PostgresSession session) {
        return (sql, values) -> {
            try {
                return session.rows(sql, values);
            } catch (PostgresError e) {
                throw new CatalogSession.CatalogError(e.sqlState(), e.serverMessage());
            }
        };
    }

    private @Nullable PostgresSession take() {
        synchronized (idle) {
            return idle.pollLast();
        }
    }

    private boolean put(PostgresSession session) {
        synchronized (idle) {
            return !isClosed && idle.add(session);
        }
    }
}
