package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.ReadGrant;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.BackendMessage.BindComplete;
import io.omnisql.node.pgprotocol.BackendMessage.NoData;
import io.omnisql.node.pgprotocol.BackendMessage.TransactionStatus;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.FrontendDecoder;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.Close;
import io.omnisql.node.pgprotocol.FrontendMessage.Describe;
import io.omnisql.node.pgprotocol.FrontendMessage.Execute;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Target;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.pgprotocol.ProtocolViolation;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.pgwire.ClientSettings.InvalidSetting;
import io.omnisql.node.sql.Classification.OmnisqlSetting;
import io.omnisql.node.sql.Classification.Read;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The extended query protocol. Everything but Execute goes to PostgreSQL at once, so that names, types and errors are its own. An
 * Execute that writes is captured, and so is every later one before Sync: together they are one entry of the log, as PostgreSQL would
 * have run them in one implicit transaction. {@link Unit} brings it there.
 */
final class ExtendedQueries {
    private static final byte[] BIND_COMPLETE = Answers.encoded(new BindComplete());
    private static final byte[] NO_DATA = Answers.encoded(new NoData());
    private static final SqlError NO_UNNAMED =
            SqlError.of(SqlState.INVALID_SQL_STATEMENT_NAME, "unnamed prepared statement does not exist");
    private static final SqlError NOT_BEHIND_WRITE = SqlError.withHint(
            SqlState.FEATURE_NOT_SUPPORTED,
            "a statement that was prepared by PREPARE cannot stand behind a write in one pipeline",
            "Send Sync before it.");

    private final PgSession session;
    private final Unit unit;
    private final PreparedStatements names;

    ExtendedQueries(PgSession session) {
        this.session = session;
        this.names = new PreparedStatements(session.parts().clientBytes().share());
        this.unit = new Unit(session, names);
    }

    /** Portals end with their transaction. */
    void forgetPortals() {
        names.forgetPortals();
    }

    /** The session is over. */
    void close() {
        names.close();
    }

    /** A simple query in the middle of a unit ends what was captured so far. */
    void beforeQuery(Runnable query) {
        names.endUnnamed();
        if (!unit.isSkipping()) {
            unit.flushThen(query);
        }
    }

    void message(Piece.Frame frame) {
        switch (frame.type()) {
            case 'S' -> unit.sync(frame);
            case 'H' -> unit.flush();
            default -> {
                if (!unit.isSkipping()) {
                    unitMessage(frame);
                }
            }
        }
    }

    private void unitMessage(Piece.Frame frame) {
        FrontendMessage message;
        try {
            message = FrontendDecoder.UTF_8.decode(frame.type(), frame.body());
        } catch (ProtocolViolation violation) {
            if (!violation.isOnlyText()) {
                throw violation;
            }
            unit.fail(SqlError.of(violation.sqlState(), String.valueOf(violation.getMessage())));
            return;
        }
        switch (message) {
            case Parse parse -> parse(parse, frame.bytes());
            case Bind bind -> bind(bind, frame.bytes());
            case Describe describe -> describe(describe, frame.bytes());
            case Close close -> close(close, frame.bytes());
            case Execute execute -> execute(execute, frame.bytes());
            default -> throw new ProtocolViolation("Not a message of the extended query protocol");
        }
    }

    // ---- what PostgreSQL answers

    private void parse(Parse parse, ByteBuffer bytes) {
        session.hold();
        SimpleQueries.classify(parse.sql(), session)
                .onSuccess(script -> {
                    parsed(parse, script, bytes);
                    session.release();
                })
                .onFailure(session::broken);
    }

    private void parsed(Parse parse, Script script, ByteBuffer bytes) {
        SqlError refusal = script.refusal();
        if (refusal != null) {
            unit.fail(refusal);
            return;
        }
        var prepared = new Prepared(script, parse);
        SqlError noRoom = names.obstacle(parse.statement(), prepared.bytes());
        if (noRoom != null) {
            unit.fail(noRoom);
            return;
        }
        String rewritten = LocalText.of(script).sql();
        ByteBuffer message = rewritten == null
                ? bytes
                : ByteBuffer.wrap(
                        FrontendEncoder.encode(new Parse(parse.statement(), rewritten, parse.parameterTypes())));
        Runnable undo = names.putStatement(parse.statement(), prepared);
        session.backend().send(message, unit.parsed(parse.statement(), prepared, undo));
        if (script.isLogged() && prepared.lacksTypes()) {
            session.backend().send(new Describe(Target.STATEMENT, parse.statement()), unit.typesOf(prepared, false));
        }
    }

    /**
     * PostgreSQL takes a portal's snapshot at Bind, not at Execute: a read must have its turn before, or it sees an older state than its
     * level promises. What is certain to be captured is not bound there at all: most writes then need nothing of the client's own
     * session.
     */
    private void bind(Bind bind, ByteBuffer bytes) {
        if (names.isEnded(bind.statement())) {
            unit.fail(NO_UNNAMED);
            return;
        }
        var prepared = names.statement(bind.statement());
        var portal = new Portal(prepared, bind);
        if (prepared != null
                && bind.portal().isEmpty()
                && prepared.bindsWithoutPostgres(bind)
                && unit.canAnswerHere()) {
            portal.isAtPostgres(false);
            var _ = names.putPortal(bind.portal(), portal);
            unit.answer(BIND_COMPLETE);
            return;
        }
        SqlError noRoom = names.obstacle(bind.portal(), portal.heldBytes());
        if (noRoom != null) {
            unit.fail(noRoom);
            return;
        }
        if (!takesSnapshot(portal.statement())) {
            sendBind(bind, portal, bytes);
            return;
        }
        ClientSettings settings;
        try {
            settings = effective(portal.statement());
        } catch (InvalidSetting invalid) {
            unit.fail(invalid.error());
            return;
        }
        session.hold();
        SimpleQueries.grant(session, settings, false)
                .onSuccess(grant -> {
                    if (grant instanceof ReadGrant.Refused(SqlError error)) {
                        unit.fail(error);
                    } else {
                        sendBind(bind, portal, bytes);
                    }
                    session.release();
                })
                .onFailure(session::broken);
    }

    /** What is captured is executed elsewhere; its portal here is never run. */
    private boolean takesSnapshot(@Nullable Classified statement) {
        boolean isCaptured = unit.isCapturing() || (statement != null && isLogged(statement));
        boolean reads = statement == null || statement.readsTables();
        return reads && !isCaptured && session.status() != TransactionStatus.FAILED;
    }

    private void sendBind(Bind bind, Portal portal, ByteBuffer bytes) {
        Runnable undo = names.putPortal(bind.portal(), portal);
        session.backend().send(bytes, unit.relayed(Reply.Kind.BIND, undo));
    }

    private void describe(Describe describe, ByteBuffer bytes) {
        if (describe.target() == Target.STATEMENT && names.isEnded(describe.name())) {
            unit.fail(NO_UNNAMED);
            return;
        }
        Portal portal = describe.target() == Target.PORTAL ? names.portal(describe.name()) : null;
        if (portal != null && !portal.isAtPostgres()) {
            if (portal.isKnownToGiveNoRows() && unit.canAnswerHere()) {
                unit.answer(NO_DATA);
                return;
            }
            portal.isAtPostgres(true);
            session.backend().send(portal.bind(), unit.boundLate());
        }
        Prepared prepared = portal == null ? names.statement(describe.name()) : portal.prepared();
        session.backend()
                .send(
                        bytes,
                        prepared == null ? unit.relayed(Reply.Kind.DESCRIBE, () -> {}) : unit.typesOf(prepared, true));
    }

    private void close(Close close, ByteBuffer bytes) {
        Runnable undo = close.target() == Target.STATEMENT
                ? names.removeStatement(close.name())
                : names.removePortal(close.name());
        session.backend().send(bytes, unit.relayed(Reply.Kind.CLOSE, undo));
    }

    // ---- Execute

    private void execute(Execute execute, ByteBuffer bytes) {
        Portal portal = names.portal(execute.portal());
        Classified statement = portal == null ? null : portal.statement();
        var call = new Call(execute, bytes, portal, statement);
        if (session.status() == TransactionStatus.FAILED) {
            unit.passExecute(call);
            return;
        }
        if ((portal == null || statement == null) && unit.isCapturing()) {
            unit.fail(portal == null ? noPortal(execute.portal()) : NOT_BEHIND_WRITE);
            return;
        }
        if (portal == null || statement == null) {
            unit.passExecute(call); // A statement that was prepared by SQL, or an unknown name: PostgreSQL knows.
            return;
        }
        try {
            executeKnown(call, portal, statement);
        } catch (InvalidSetting invalid) {
            unit.fail(invalid.error());
        }
    }

    private static SqlError noPortal(String name) {
        return SqlError.of(SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
    }

    /** One Execute message. */
    record Call(
            Execute execute,
            ByteBuffer bytes,
            @Nullable Portal portal,
            @Nullable Classified statement) {}

    private void executeKnown(Call call, Portal portal, Classified statement) throws InvalidSetting {
        if (portal.result() != null && !unit.isCapturing()) {
            unit.goOn(portal, call.execute().rowsMax());
        } else if (isLogged(statement)) {
            capture(portal, call.execute().rowsMax());
        } else if (unit.isCapturing()) {
            captureAlso(portal, statement, call.execute().rowsMax());
        } else if (statement.showsAppliedIndex()) {
            showAppliedIndex();
        } else {
            executeHere(call, statement);
        }
    }

    private boolean isLogged(Classified statement) {
        return statement.isLogged()
                || (statement.kind() instanceof Read read
                        && read.mayBeLogged()
                        && session.parts().knownWriters().contains(statement.sql()));
    }

    private void capture(Portal portal, int rowsMax) {
        if (unit.isInBlock()) {
            unit.fail(session.parts().refusals().inBlock(ErrorFields.error("", "the statement writes")));
        } else {
            unit.capture(portal, rowsMax);
        }
    }

    private void captureAlso(Portal portal, Classified statement, int rowsMax) {
        if (statement.isLoggable()) {
            unit.capture(portal, rowsMax);
        } else {
            unit.fail(SqlError.withHint(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    statement.verb() + " cannot stand behind a write in one pipeline",
                    "Send Sync before it."));
        }
    }

    /** PostgreSQL may have forgotten statements: from now on it is asked at every Bind. */
    void doubtStatements() {
        names.doubtAll();
    }

    private void executeHere(Call call, Classified statement) throws InvalidSetting {
        if (statement.forgetsStatements()) {
            doubtStatements();
        }
        if (statement.kind() instanceof OmnisqlSetting setting && setting.verb() != OmnisqlSetting.Verb.SHOW) {
            session.state().change(setting);
        }
        if (statement.isTransactionControl()) {
            unit.sawTransactionControl();
        }
        unit.passExecute(call); // A read had its turn before Bind.
    }

    private ClientSettings effective(@Nullable Classified statement) throws InvalidSetting {
        SessionState state = session.state();
        return statement == null ? state.settings() : state.settings().withAll(statement.hints(), state.defaults());
    }

    private void showAppliedIndex() {
        session.hold();
        session.calls()
                .awaitAppliedIndex(session.state().settings())
                .compose(ignored -> session.backend().drain())
                .onSuccess(ignored -> {
                    if (!unit.isSkipping()) {
                        session.tell(
                                Answers.shownValue(Long.toString(session.calls().lastAppliedIndex())));
                    }
                    session.release();
                })
                .onFailure(session::broken);
    }
}
