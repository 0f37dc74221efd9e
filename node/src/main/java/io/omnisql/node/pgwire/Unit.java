package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage.ParameterDescription;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage.Close;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import io.omnisql.node.pgprotocol.FrontendMessage.Target;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.pgwire.ExtendedQueries.Call;
import io.omnisql.node.sql.Classification.Read;
import io.omnisql.node.sql.StatementClassifier;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens between two Syncs: PostgreSQL's implicit transaction, ours if it writes. Knows what was captured, whether an error
 * makes the rest be skipped, and how the client hears everything in order.
 */
final class Unit {
    private static final ByteBuffer SYNC = ByteBuffer.wrap(FrontendEncoder.encode(new Sync()));
    /** Not SQL: it fails an open block as any error of the client's would. */
    private static final Parse FAILING = new Parse("omnisql.refusal", "omnisql refused a statement", List.of());

    private final PgSession session;
    private final PreparedStatements names;
    private @Nullable Capture capture;
    private boolean isSkipping;
    private boolean sawTransactionControl;

    Unit(PgSession session, PreparedStatements names) {
        this.names = names;
        this.session = session;
    }

    boolean isCapturing() {
        return capture != null;
    }

    /** After an error everything up to Sync is skipped. */
    boolean isSkipping() {
        return isSkipping || session.backend().skipsUntilSync();
    }

    /** Whether a write would stand in a transaction block; behind BEGIN or COMMIT in a pipeline that is assumed until Sync tells. */
    boolean isInBlock() {
        return !session.isIdle() || sawTransactionControl;
    }

    void sawTransactionControl() {
        sawTransactionControl = true;
    }

    /**
     * Whether the next message can be answered without PostgreSQL, as if by it: nothing that was sent before is still to be answered,
     * and nothing that PostgreSQL does may make it fail.
     */
    boolean canAnswerHere() {
        return !isInBlock()
                && session.backend().owesNothing()
                && !session.backend().skipsUntilSync();
    }

    /** An answer in PostgreSQL's place. */
    void answer(byte[] message) {
        client().accept(ByteBuffer.wrap(message));
    }

    // ---- answers of PostgreSQL

    /** An answer that the client hears in its turn. */
    Reply relayed(Reply.Kind kind, Runnable undo) {
        return new RelayedReply(kind, client(), this::failedAtPostgres, undo);
    }

    /** The answer to Parse. */
    Reply parsed(String name, Prepared prepared, Runnable undo) {
        if (capture != null) {
            capture.prepared(name);
        }
        return new RelayedReply(Reply.Kind.PARSE, client(), this::failedAtPostgres, undo) {
            @Override
            void completed() {
                prepared.isParsed(true);
            }

            @Override
            void failed(Piece.Frame error) {
                super.failed(error);
                if (name.isEmpty()) {
                    names.endUnnamed();
                }
            }
        };
    }

    /** The answer to a Bind that was answered here before. */
    Reply boundLate() {
        return new RelayedReply(Reply.Kind.BIND, ignored -> {}, this::failedAtPostgres, () -> {});
    }

    /** Listens to the parameters' types; the client hears them only when it asked itself. */
    Reply typesOf(Prepared prepared, boolean isForClient) {
        Consumer<ByteBuffer> client = isForClient ? client() : ignored -> {};
        return new RelayedReply(Reply.Kind.DESCRIBE, client, this::failedAtPostgres, () -> {}) {
            @Override
            void frame(Piece.Frame frame) {
                if (frame.type() == 't') {
                    var described = (ParameterDescription) BackendDecoder.UTF_8.decode(frame.type(), frame.body());
                    prepared.resolved(described.types());
                } else if (frame.type() == 'n') {
                    prepared.givesNoRows();
                }
                super.frame(frame);
            }
        };
    }

    /** Decided when the message is sent: its answer stands behind what was captured before it. */
    private Consumer<ByteBuffer> client() {
        Capture behind = capture;
        return behind == null ? session::tell : behind.placeForAnswer();
    }

    private void failedAtPostgres(Piece.Frame error) {
        if (capture == null) {
            session.tell(error.bytes());
        } else {
            byte[] copy = new byte[error.bytes().remaining()];
            error.bytes().duplicate().get(copy);
            capture.fail(copy);
        }
    }

    // ---- Execute

    /** Runs in the client's own session. Behind it only Sync may follow at once: if it turns out to write, nothing else was done yet. */
    void passExecute(Call call) {
        boolean isSyncNext = session.isSyncNext();
        if (!isSyncNext) {
            session.hold();
        }
        session.backend().send(call.bytes(), new Executed(call, isSyncNext));
        if (!isSyncNext) {
            session.backend().requestFlush();
            session.backend().flush();
        }
    }

    private final class Executed extends HeldReply {
        private final Call call;
        private final boolean isSyncSent;

        Executed(Call call, boolean isSyncSent) {
            super(Kind.EXECUTE, session::tell);
            this.call = call;
            this.isSyncSent = isSyncSent;
        }

        @Override
        void completed() {
            if (call.statement() != null && call.statement().changesSettings()) {
                session.state().touched();
            }
            if (call.statement() != null
                    && StatementClassifier.endsTransaction(call.statement().kind())) {
                stayReadOnly();
            } else {
                goOn();
            }
        }

        /**
         * A function may have switched the session's default before this COMMIT, and the next transaction of the unit would begin with it
         * before PostgreSQL tells us. Behind a Sync it tells in time.
         */
        private void stayReadOnly() {
            if (isSyncSent) {
                return;
            }
            HiddenQuery.ask(session.backend(), SessionState.RESTORE_READ_ONLY)
                    .onSuccess(ignored -> goOn())
                    .onFailure(session::broken);
        }

        @Override
        void skipped() {
            goOn();
        }

        @Override
        void failed(Piece.Frame error) {
            super.failed(error);
            ErrorFields refused = refusedWrite();
            if (refused == null) {
                goOn();
                return;
            }
            SqlError explanation = explanation(refused);
            if (explanation != null) {
                session.tell(Answers.error(explanation));
                goOn();
            } else {
                logAfterAll();
            }
        }

        /** Null when it can go through the log after all. */
        private @Nullable SqlError explanation(ErrorFields refused) {
            if (isInBlock()) {
                return session.parts().refusals().inBlock(refused);
            }
            if (call.statement() == null || !(call.statement().kind() instanceof Read read && read.mayBeLogged())) {
                return session.parts().refusals().notLoggable(refused);
            }
            SimpleQueries.remember(session, call.statement());
            return hasLeft() ? session.parts().refusals().tooLate(refused) : null;
        }

        private void logAfterAll() {
            if (call.portal() != null) {
                capture(call.portal(), call.execute().rowsMax());
            }
            if (!isSyncSent) {
                syncHidden(session::release);
            }
        }

        private void goOn() {
            if (!isSyncSent) {
                session.release();
            }
        }
    }

    /** The cluster executes it when the unit ends. */
    void capture(Portal portal, int rowsMax) {
        if (capture == null) {
            capture = new Capture();
        }
        capture.execute(portal, rowsMax);
        if (capture.bytes() > session.parts().settings().messageBytesMax()) {
            fail(SqlError.withHint(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "the writes of one pipeline are larger than one entry of the log may be",
                    "Send Sync more often."));
        }
    }

    /** The next rows of a result that came back from the cluster. */
    void goOn(Portal portal, int rowsMax) {
        if (portal.result() != null && !portal.result().canRunAgain()) {
            fail(Answers.portalRunOut(portal.bind().portal()));
            return;
        }
        session.hold();
        session.backend()
                .drain()
                .onSuccess(ignored -> {
                    if (!isSkipping() && portal.result() != null) {
                        portal.result().execute(rowsMax, session::tell);
                    }
                    session.release();
                })
                .onFailure(session::broken);
    }

    // ---- errors of our own

    /** Refuses a message: the rest of the unit is skipped, an open block fails. */
    void fail(SqlError error) {
        isSkipping = true;
        if (capture != null) {
            capture.fail(Answers.error(error));
            return;
        }
        session.hold();
        session.backend()
                .drain()
                .onSuccess(ignored -> {
                    // If PostgreSQL found an error in an earlier message, that was the unit's.
                    if (!session.backend().skipsUntilSync()) {
                        session.tell(Answers.error(error));
                    }
                    if (isInBlock()) {
                        session.backend()
                                .send(FAILING, new RelayedReply(Reply.Kind.PARSE, bytes -> {}, frame -> {}, () -> {}));
                    }
                    session.release();
                })
                .onFailure(session::broken);
    }

    // ---- ends

    /** The end of the unit. */
    void sync(Piece.Frame frame) {
        session.hold();
        if (session.backend().isUnitOpen()) {
            session.backend().send(frame.bytes(), new SyncedReply(session, this::failedAtPostgres, this::syncEnded));
        } else {
            syncEnded(); // PostgreSQL heard nothing of this unit.
        }
    }

    private void syncEnded() {
        if (capture == null) {
            ended();
        } else {
            execute(this::ended);
        }
    }

    private void ended() {
        isSkipping = false;
        sawTransactionControl = false;
        session.tell(Answers.ready(session.status()));
        session.unitEnded();
    }

    /** The client wants to hear what there is: what was captured is executed now, and is no longer one with what follows. */
    void flush() {
        if (capture == null || isSkipping()) {
            session.backend().requestFlush();
        } else {
            flushThen(() -> {});
        }
    }

    /** Executes what was captured, if anything, and then goes on. */
    void flushThen(Runnable next) {
        if (capture == null) {
            next.run();
            return;
        }
        session.hold();
        syncHidden(() -> execute(() -> {
            next.run();
            session.release();
        }));
    }

    private void syncHidden(Runnable next) {
        if (!session.backend().isUnitOpen()) {
            next.run();
            return;
        }
        session.backend().send(SYNC.duplicate(), new SyncedReply(session, this::failedAtPostgres, next));
        session.backend().flush();
    }

    /** For the client these messages were skipped: it may prepare the same names again. */
    private void forget(List<String> statements) {
        if (statements.isEmpty()) {
            return;
        }
        for (String name : statements) {
            var _ = names.removeStatement(name);
            session.backend()
                    .send(
                            new Close(Target.STATEMENT, name),
                            new RelayedReply(Reply.Kind.CLOSE, ignored -> {}, ignored -> {}, () -> {}));
        }
        syncHidden(() -> {});
    }

    /** Has the cluster execute what was captured; PostgreSQL's own implicit transaction is over by now. */
    private void execute(Runnable next) {
        Capture captured = capture;
        capture = null;
        if (captured == null) {
            next.run();
            return;
        }
        new CaptureExecution(session, captured)
                .run()
                .onSuccess(isWhole -> {
                    if (!isWhole) {
                        isSkipping = true;
                        forget(captured.untoldStatements());
                    }
                    next.run();
                })
                .onFailure(session::broken);
    }
}
