package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.BackendMessage.TransactionStatus;
import io.omnisql.node.pgprotocol.FrameSplitter;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage.Terminate;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.pgprotocol.ProtocolViolation;
import io.omnisql.node.pgprotocol.SqlState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection and its own session of PostgreSQL. Takes the client's messages one after the other: while one waits (for
 * the cluster, for PostgreSQL), the next ones wait in the splitter, and beyond a bound in the client's socket. Event loop only.
 */
final class PgSession implements BackendLink.Listener {
    private static final Logger LOG = Logger.getLogger(PgSession.class);
    private static final int WAITING_BYTES_MAX = 256 << 10;
    /** Enough for every message before and during the authentication. */
    private static final int STRANGERS_BYTES_MAX = 64 << 10;

    private final ServerParts parts;
    private final NetSocket socket;
    private final Context context;
    private final FrameSplitter splitter;
    private final ClientBytes.Share pending;
    private final ChunkedOutput client;
    private final ClusterCalls calls;
    private final SessionState state;
    private final StartupExchange startup;
    private @Nullable BackendLink backend;
    private @Nullable SimpleQueries simple;
    private @Nullable ExtendedQueries extended;
    private TransactionStatus status = TransactionStatus.IDLE;
    private int holds;
    private boolean isPaused;
    private boolean isPumping;
    private boolean isClosed;
    private boolean isLeaving;
    private @Nullable SqlError closeWhenFree;

    PgSession(ServerParts parts, NetSocket socket, Context context) {
        this.parts = parts;
        this.socket = socket;
        this.context = context;
        this.splitter = FrameSplitter.ofFrontend(STRANGERS_BYTES_MAX);
        this.pending = parts.pendingBytes().share();
        this.client = new ChunkedOutput(socket);
        this.calls = new ClusterCalls(parts.cluster(), context);
        this.state = new SessionState(parts.settings().defaults());
        this.startup = new StartupExchange(this);
    }

    /** Takes up the connection; {@code whenGone} runs once, when it is closed. */
    void begin(Runnable whenGone) {
        socket.handler(this::received);
        socket.closeHandler(ignored -> {
            whenGone.run();
            clientGone();
        });
        socket.exceptionHandler(failure -> LOG.debugf("Client socket failed: cause=%s", failure.getMessage()));
        startup.begin();
    }

    // ---- what the handlers of messages work with

    ServerParts parts() {
        return parts;
    }

    NetSocket socket() {
        return socket;
    }

    Context context() {
        return context;
    }

    BackendLink backend() {
        return Objects.requireNonNull(backend, "The session is not open yet");
    }

    ClusterCalls calls() {
        return calls;
    }

    SessionState state() {
        return state;
    }

    TransactionStatus status() {
        return status;
    }

    boolean isIdle() {
        return status == TransactionStatus.IDLE;
    }

    void status(TransactionStatus now) {
        status = now;
    }

    /** PostgreSQL may have forgotten prepared statements. */
    void doubtStatements() {
        Objects.requireNonNull(extended).doubtStatements();
    }

    boolean isSyncNext() {
        return splitter.isNext('S');
    }

    /** The client is who it says. */
    void authenticated() {
        splitter.raiseBound(parts.settings().messageBytesMax());
    }

    /** To the client, in order; leaves with the next flush. */
    void tell(ByteBuffer bytes) {
        client.add(bytes);
    }

    void tell(byte[] bytes) {
        client.add(bytes);
    }

    /** The same, without waiting for more that could leave with it. */
    void tellNow(byte[] bytes) {
        client.add(bytes);
        client.flush();
    }

    /** Takes no further message until every hold is released. */
    void hold() {
        holds++;
    }

    /** Goes on with the next message, unless somebody else still holds. */
    void release() {
        holds--;
        if (holds > 0) {
            return;
        }
        SqlError reason = closeWhenFree;
        if (reason != null) {
            fatal(reason);
            return;
        }
        pump();
    }

    /** The client was told that it may send the next: whatever must be asked of PostgreSQL first is asked now. */
    void unitEnded() {
        if (isIdle() && extended != null) {
            extended.forgetPortals();
        }
        if (isIdle() && isLeaving) {
            fatal(SessionEnd.DRAINED);
            return;
        }
        if (!isIdle() || !state.needsRefresh() || closeWhenFree != null) {
            release();
            return;
        }
        client.flush();
        finish(state.refresh(backend())
                .onSuccess(ignored -> state.takeWarnings().forEach(warning -> tell(Answers.warning(warning))))
                .mapEmpty());
    }

    private void finish(Future<Void> last) {
        var _ = last.onComplete(ended -> {
            if (ended.failed()) {
                broken(ended.cause());
            } else {
                release();
            }
        });
    }

    /** Something that must not happen happened: the session ends, the node goes on. */
    void broken(Throwable cause) {
        LOG.error("A client's session failed", cause);
        fatal(SqlError.of(SqlState.INTERNAL_ERROR, "the session failed: " + cause.getMessage()));
    }

    /** Tells the client why, and ends. */
    void fatal(SqlError reason) {
        if (!isClosed) {
            tell(Answers.fatal(reason));
            close();
        }
    }

    // ---- the client's side

    private void received(Buffer chunk) {
        if (!isClosed) {
            splitter.push(chunk.getBytes());
            pump();
        }
    }

    private void pump() {
        if (isPumping) {
            return; // The loop below goes on.
        }
        isPumping = true;
        try {
            boolean more = true;
            while (more && holds == 0 && !isClosed) {
                more = startup.isOver() ? takeMessage() : startup.takePacket(splitter);
            }
        } catch (ProtocolViolation violation) {
            fatal(SqlError.of(violation.sqlState(), String.valueOf(violation.getMessage())));
        } catch (RuntimeException e) {
            broken(e);
        } finally {
            isPumping = false;
        }
        if (holds == 0 || !startup.isOver()) {
            client.flush(); // Else what is ready goes with the answer that is waited for: half the writes.
        }
        toBackend();
    }

    private boolean takeMessage() {
        Piece piece = splitter.next();
        if (piece instanceof Piece.Frame frame) {
            take(frame);
        }
        return piece != null;
    }

    private void take(Piece.Frame frame) {
        switch (frame.type()) {
            case 'X' -> close();
            case 'Q' ->
                Objects.requireNonNull(extended)
                        .beforeQuery(() -> Objects.requireNonNull(simple).query(frame));
            case 'F' ->
                Objects.requireNonNull(extended)
                        .beforeQuery(() -> Objects.requireNonNull(simple).refuseFunctionCall());
            case 'd', 'c', 'f' -> {} // Late COPY data of a COPY that was refused: the protocol says to ignore it.
            case 'p' -> throw new ProtocolViolation("An authentication message after the authentication");
            default -> Objects.requireNonNull(extended).message(frame);
        }
    }

    private void toBackend() {
        BackendLink to = backend;
        if (to != null) {
            to.flush();
            if (to.socket().writeQueueFull()) {
                to.socket().drainHandler(ignored -> regulateClient());
            }
        }
        regulateClient();
    }

    /** Reads from the client only what can be taken: bounded memory, however fast it sends. */
    private void regulateClient() {
        if (!isClosed && !pending.isHeld(splitter.pendingBytes()) && holds == 0) {
            fatal(SessionEnd.NO_ROOM);
            return;
        }
        BackendLink to = backend;
        boolean isFull = (holds > 0 && splitter.pendingBytes() > WAITING_BYTES_MAX)
                || (to != null && to.socket().writeQueueFull());
        if (isFull && !isPaused) {
            socket.pause();
        } else if (!isFull && isPaused && !isClosed) {
            socket.resume();
        }
        isPaused = isFull;
    }

    private void clientGone() {
        isClosed = true;
        client.close();
        parts.registry().remove(this);
        pending.close();
        if (extended != null) {
            extended.close();
        }
        BackendLink gone = backend;
        if (gone != null) {
            if (!gone.owesNothing()) {
                startup.cancelAtPostgres(); // Nobody waits for it any more.
            }
            gone.sendPlain(ByteBuffer.wrap(FrontendEncoder.encode(new Terminate())));
            gone.flush();
            gone.socket().close();
        }
    }

    private void close() {
        isClosed = true;
        client.close();
        socket.resume();
        socket.close();
    }

    // ---- PostgreSQL's side

    void connected(NetSocket toPostgres) {
        backend = new BackendLink(toPostgres, this, parts.settings().isReader());
        simple = new SimpleQueries(this);
        extended = new ExtendedQueries(this);
        toPostgres.handler(chunk -> {
            try {
                backend().received(chunk);
            } catch (RuntimeException e) {
                broken(e);
            }
        });
        toPostgres.exceptionHandler(failure -> LOG.debugf("PostgreSQL socket failed: %s", failure.getMessage()));
        toPostgres.closeHandler(ignored -> postgresGone());
    }

    private void postgresGone() {
        if (isClosed) {
            return;
        }
        if (!startup.isOver()) {
            close(); // PostgreSQL has told the client why.
        } else if (calls.isWriting()) {
            // A write on its way does not need this session: its client shall know.
            closeWhenFree = SessionEnd.BACKEND_LOST;
        } else {
            fatal(SessionEnd.BACKEND_LOST);
        }
    }

    @Override
    public void unasked(ByteBuffer message) {
        tell(message);
    }

    @Override
    public void parameterStatus(String name, String value) {
        if (name.equals("default_transaction_read_only") && value.equals("off")) {
            state.readOnlyWasSwitchedOff();
        } else if (startup.isOver()) {
            state.touched();
        }
    }

    @Override
    public void chunkEnded() {
        client.flush();
        toBackend();
        if (socket.writeQueueFull() && backend != null) {
            NetSocket from = backend.socket();
            from.pause();
            socket.drainHandler(ignored -> from.resume());
        }
    }

    // ---- from other threads, by way of the event loop

    /** The client asked on another connection to stop what it waits for. */
    void cancel() {
        if (calls.cancel()) {
            return;
        }
        if (backend != null && !backend.owesNothing()) {
            startup.cancelAtPostgres();
        }
    }

    /** The node is drained: ends now when nothing runs and no transaction is open, else after it. */
    void leave() {
        isLeaving = true;
        if (holds == 0 && isIdle() && startup.isOver()) {
            fatal(SessionEnd.DRAINED);
        }
    }

    /** The node stops: ends now when nothing runs, else after the present statement. */
    void stop() {
        if (holds > 0 && startup.isOver()) {
            closeWhenFree = SessionEnd.SHUTDOWN;
        } else {
            fatal(SessionEnd.SHUTDOWN);
        }
    }
}
