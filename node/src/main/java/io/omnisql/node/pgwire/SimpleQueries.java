package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.node.gateway.ReadAnswer;
import io.omnisql.node.gateway.ReadGrant;
import io.omnisql.node.gateway.ReadReplica;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.gateway.WriteOutcome;
import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage.ReadyForQuery;
import io.omnisql.node.pgprotocol.BackendMessage.TransactionStatus;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.FrontendDecoder;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage.Query;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.pgprotocol.ProtocolViolation;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.pgwire.ClientSettings.InvalidSetting;
import io.omnisql.node.sql.Classification.OmnisqlSetting;
import io.omnisql.node.sql.Classification.Read;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The simple query protocol: one string, answered to its end before the next message is looked at. */
final class SimpleQueries {
    private static final int LARGE_TEXT_BYTES = 64 << 10;
    /** Fails in every state of a session and leaves an open block as failed as any error would. */
    private static final String FAILING = "ROLLBACK TO SAVEPOINT omnisql_refused_a_statement";

    private final PgSession session;

    SimpleQueries(PgSession session) {
        this.session = session;
    }

    void query(Piece.Frame frame) {
        session.hold();
        String sql;
        try {
            sql = ((Query) FrontendDecoder.UTF_8.decode(frame.type(), frame.body())).sql();
        } catch (ProtocolViolation violation) {
            if (!violation.isOnlyText()) {
                throw violation;
            }
            refuse(SqlError.of(violation.sqlState(), String.valueOf(violation.getMessage())));
            return;
        }
        classify(sql, session).onSuccess(script -> run(frame, script)).onFailure(session::broken);
    }

    /** A long text takes its time: then not on the event loop. */
    static Future<Script> classify(String sql, PgSession session) {
        KnownWriters known = session.parts().knownWriters();
        if (sql.length() <= LARGE_TEXT_BYTES) {
            return Future.succeededFuture(Script.of(sql, known::contains));
        }
        return session.context()
                .executeBlocking(() -> Script.of(sql, known::contains), false)
                .map(script -> Objects.requireNonNull(script));
    }

    void refuseFunctionCall() {
        session.hold();
        refuse(SqlError.withHint(
                SqlState.FEATURE_NOT_SUPPORTED, "the FunctionCall message is not supported", "Call it by SELECT."));
    }

    private void run(Piece.Frame frame, Script script) {
        try {
            SqlError refusal = script.refusal();
            if (refusal != null) {
                refuse(refusal);
            } else if (script.isLogged() && session.status() == TransactionStatus.IN_TRANSACTION) {
                refuse(session.parts().refusals().inBlock(ErrorFields.error("", "the statement writes")));
            } else if (script.isLogged() && session.isIdle()) {
                runLogged(script);
            } else if (script.only() != null && script.only().showsAppliedIndex() && session.isIdle()) {
                showAppliedIndex();
            } else if (!showReported(script)) {
                runHere(frame, script);
            }
        } catch (InvalidSetting invalid) {
            refuse(invalid.error());
        }
    }

    // ---- through the log

    private void runLogged(Script script) throws InvalidSetting {
        SqlError mixture = script.mixture();
        if (mixture != null && !session.parts().settings().isReader()) {
            refuse(mixture);
            return;
        }
        ClientSettings settings = effective(script);
        write(session, settings, statements(script)).onSuccess(this::written).onFailure(session::broken);
    }

    /** Writes with the role and settings of this moment, and uses up the session's idempotency key. */
    static Future<WriteOutcome> write(PgSession session, ClientSettings settings, List<WriteStatement> statements) {
        if (session.parts().settings().isReader()) {
            return Future.succeededFuture(new WriteOutcome.NotDone(ReadReplica.WRITE_REFUSED));
        }
        SessionState state = session.state();
        boolean usesUpKey = state.settings().idempotencyKey() != null;
        return state.facts(session.backend())
                .compose(facts -> session.calls().write(state, facts, settings, statements))
                .onSuccess(ignored -> {
                    if (usesUpKey) {
                        state.forgetIdempotencyKey();
                        var _ = HiddenQuery.ask(session.backend(), SessionState.forgetIdempotencyKeySql());
                    }
                });
    }

    private void written(WriteOutcome outcome) {
        switch (outcome) {
            case WriteOutcome.Applied(AppliedResult result) -> tellResults(result.results());
            case WriteOutcome.NotDone(SqlError error) -> session.tell(Answers.error(error));
            case WriteOutcome.Unknown(SqlError error) -> session.tell(Answers.error(error));
        }
        ended();
    }

    private void tellResults(List<StatementResult> results) {
        results.forEach(result -> session.tell(result.wire()));
    }

    private static List<WriteStatement> statements(Script script) {
        return script.statements().stream()
                .map(statement -> new WriteStatement(statement.sql(), List.of(), List.of()))
                .toList();
    }

    // ---- in the client's own session, or at the leader

    private void runHere(Piece.Frame frame, Script script) throws InvalidSetting {
        for (Classified statement : script.statements()) {
            if (statement.forgetsStatements()) {
                session.doubtStatements();
            }
            if (statement.kind() instanceof OmnisqlSetting setting
                    && setting.verb() != OmnisqlSetting.Verb.SHOW
                    && session.status() != TransactionStatus.FAILED) {
                session.state().change(setting);
            }
        }
        if (!script.readsTables() || session.status() == TransactionStatus.FAILED) {
            pass(frame, script);
            return;
        }
        ClientSettings settings = effective(script);
        boolean isPortable = session.isIdle() && script.isPortable();
        grant(session, settings, isPortable)
                .onSuccess(grant -> granted(grant, frame, script, settings))
                .onFailure(session::broken);
    }

    static Future<ReadGrant> grant(PgSession session, ClientSettings settings, boolean isPortable) {
        return session.calls().awaitRead(settings.readLevel(), settings, !isPortable);
    }

    private void granted(ReadGrant grant, Piece.Frame frame, Script script, ClientSettings settings) {
        switch (grant) {
            case ReadGrant.Local ignored -> pass(frame, script);
            case ReadGrant.AtLeader ignored -> readAtLeader(script, settings);
            case ReadGrant.Refused(SqlError error) -> refuse(error);
        }
    }

    private void readAtLeader(Script script, ClientSettings settings) {
        session.state()
                .facts(session.backend())
                .compose(facts -> session.calls().readAtLeader(facts, settings, statements(script)))
                .onSuccess(answer -> readThere(answer, script, settings))
                .onFailure(session::broken);
    }

    private void readThere(ReadAnswer answer, Script script, ClientSettings settings) {
        switch (answer) {
            case ReadAnswer.Refused(SqlError error) -> refuse(error);
            case ReadAnswer.Results(List<StatementResult> results) -> {
                if (results.stream().anyMatch(result -> SqlState.READ_ONLY_SQL_TRANSACTION.equals(result.sqlState()))) {
                    logAfterAll(script, settings);
                } else {
                    tellResults(results);
                    ended();
                }
            }
        }
    }

    private void pass(Piece.Frame frame, Script script) {
        LocalText text = LocalText.of(script);
        String rewritten = text.sql();
        ByteBuffer message =
                rewritten == null ? frame.bytes() : ByteBuffer.wrap(FrontendEncoder.encode(new Query(rewritten)));
        session.backend().send(message, new Passed(script, text, session.isIdle()));
        session.backend().flush();
    }

    /** The answer of PostgreSQL to a string that was passed on. */
    private final class Passed extends HeldReply {
        private final Script script;
        private final LocalText text;
        private final boolean wasIdle;
        private @Nullable TransactionStatus now;
        private int completions;
        private int statementsEnded;

        Passed(Script script, LocalText text, boolean wasIdle) {
            super(Kind.QUERY, session::tell);
            this.script = script;
            this.text = text;
            this.wasIdle = wasIdle;
        }

        @Override
        void frame(Piece.Frame frame) {
            if (frame.type() == 'Z') {
                now = ((ReadyForQuery) BackendDecoder.UTF_8.decode(frame.type(), frame.body())).status();
            }
            if (frame.type() == 'C' || frame.type() == 'I') {
                if (text.isOurs(completions++)) {
                    return;
                }
                statementsEnded++;
            }
            super.frame(frame);
        }

        @Override
        void completed() {
            session.status(Objects.requireNonNull(now));
            if (script.changesSettings()) {
                session.state().touched();
            }
            ErrorFields refused = refusedWrite();
            if (refused == null) {
                ended();
            } else {
                wroteAfterAll(refused);
            }
        }

        private void wroteAfterAll(ErrorFields refused) {
            boolean canBeLogged = wasIdle && session.isIdle() && script.mixture() == null;
            if (canBeLogged) {
                int failed = Math.min(statementsEnded, script.statements().size() - 1);
                remember(session, script.statements().get(failed));
            }
            if (canBeLogged && !hasLeft()) {
                try {
                    logAfterAll(script, effective(script));
                } catch (InvalidSetting invalid) {
                    refuse(invalid.error());
                }
                return;
            }
            session.tell(Answers.error(explanation(refused, canBeLogged)));
            ended();
        }

        private SqlError explanation(ErrorFields refused, boolean canBeLogged) {
            if (!session.isIdle()) {
                return session.parts().refusals().inBlock(refused);
            }
            WriteRefusals refusals = session.parts().refusals();
            return canBeLogged ? refusals.tooLate(refused) : refusals.notLoggable(refused);
        }
    }

    static void remember(PgSession session, Classified statement) {
        if (statement.kind() instanceof Read) {
            session.parts().knownWriters().add(statement.sql());
        }
    }

    private void logAfterAll(Script script, ClientSettings settings) {
        write(session, settings, statements(script)).onSuccess(this::written).onFailure(session::broken);
    }

    /** Answers what PostgreSQL cannot know; false when it is asked for nothing of that kind. */
    private boolean showReported(Script script) {
        Classified only = session.isIdle() ? script.only() : null;
        String setting = only == null ? "" : only.shownSetting();
        String value =
                ReportedSettings.shown(setting, session.parts().settings().isReader());
        if (value == null) {
            return false;
        }
        session.tell(Answers.shownColumn(setting));
        session.tell(Answers.shownValue(value));
        ended();
        return true;
    }

    private void showAppliedIndex() throws InvalidSetting {
        session.calls()
                .awaitAppliedIndex(session.state().settings())
                .onSuccess(ignored -> {
                    session.tell(Answers.shownColumn(ClientSettings.PREFIX + ClientSettings.APPLIED_INDEX));
                    session.tell(
                            Answers.shownValue(Long.toString(session.calls().lastAppliedIndex())));
                    ended();
                })
                .onFailure(session::broken);
    }

    // ---- ends

    /** The session's settings with what leading comments ask for; the strongest where statements differ. */
    private ClientSettings effective(Script script) throws InvalidSetting {
        ClientSettings own = session.state().settings();
        ClientSettings defaults = session.state().defaults();
        Classified only = script.only();
        if (only != null) {
            return own.withAll(only.hints(), defaults);
        }
        ClientSettings strongest = null;
        for (Classified statement : script.statements()) {
            ClientSettings one = own.withAll(statement.hints(), defaults);
            strongest = strongest == null ? one : strongest.strongerOf(one);
        }
        return strongest == null ? own : strongest;
    }

    /** Nothing of the string is done. An open block fails by that, as it would by any error. */
    private void refuse(SqlError error) {
        session.tell(Answers.error(error));
        if (session.status() != TransactionStatus.IN_TRANSACTION) {
            ended();
            return;
        }
        var _ = HiddenQuery.ask(session.backend(), FAILING).onComplete(ignored -> {
            session.status(TransactionStatus.FAILED);
            ended();
        });
    }

    private void ended() {
        session.tell(Answers.ready(session.status()));
        session.unitEnded();
    }
}
