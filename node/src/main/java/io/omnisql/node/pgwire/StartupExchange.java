package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage.BackendKeyData;
import io.omnisql.node.pgprotocol.FrameSplitter;
import io.omnisql.node.pgprotocol.FrontendDecoder;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage.CancelRequest;
import io.omnisql.node.pgprotocol.FrontendMessage.GSSENCRequest;
import io.omnisql.node.pgprotocol.FrontendMessage.SSLRequest;
import io.omnisql.node.pgprotocol.FrontendMessage.StartupMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.StartupPacket;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.pgprotocol.ProtocolViolation;
import io.omnisql.node.pgprotocol.SqlState;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * From the first byte of a connection to the first ReadyForQuery: relays the authentication between the client and PostgreSQL, which
 * knows the roles, and sees to it that the session of PostgreSQL reads only.
 */
final class StartupExchange {
    private static final int PACKETS_MAX = 3;
    private static final byte[] NO_ENCRYPTION = {'N'};
    private static final byte[] ENCRYPTION_FOLLOWS = {'S'};

    private static final Logger LOG = Logger.getLogger(StartupExchange.class);

    private final PgSession session;
    private final ServerParts parts;
    private long timer;
    private int packets;
    private boolean isOver;
    private SessionRegistry.@Nullable Key ownKey;
    private @Nullable BackendKeyData postgresKey;

    StartupExchange(PgSession session) {
        this.session = session;
        this.parts = session.parts();
    }

    void begin() {
        long millis = parts.settings().startupTimeout().toMillis();
        timer = session.context().owner().setTimer(millis, ignored -> {
            if (!isOver) {
                session.fatal(SqlError.of(
                        SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "canceling authentication due to timeout"));
            }
        });
    }

    boolean isOver() {
        return isOver;
    }

    /** Handles what the client sends before its session is open; false when more must arrive. */
    boolean takePacket(FrameSplitter splitter) {
        if (ownKey != null) {
            return relayAuthentication(splitter);
        }
        ByteBuffer body = splitter.nextStartupPacket();
        if (body == null) {
            return false;
        }
        if (++packets > PACKETS_MAX) {
            throw new ProtocolViolation("Too many packets before the session is opened");
        }
        StartupPacket packet = FrontendDecoder.UTF_8.startup(body);
        switch (packet) {
            case SSLRequest ignored -> encrypt(splitter);
            case GSSENCRequest ignored -> session.tell(NO_ENCRYPTION);
            case CancelRequest cancel -> cancel(cancel);
            case StartupMessage startup -> open(startup);
        }
        return true;
    }

    private void encrypt(FrameSplitter splitter) {
        if (parts.encryption() == null) {
            session.tell(NO_ENCRYPTION);
            return;
        }
        // What came in the clear, perhaps from somebody in between, must not be taken for the encrypted client's.
        if (session.socket().isSsl() || !splitter.isEmpty()) {
            throw new ProtocolViolation("Unexpected bytes around the request for encryption");
        }
        session.hold();
        session.tellNow(ENCRYPTION_FOLLOWS);
        var _ = session.socket()
                .upgradeToSsl()
                .onSuccess(ignored -> session.release())
                .onFailure(failure -> {
                    LOG.debugf("TLS of a client failed: %s", failure.getMessage());
                    session.socket().close();
                });
    }

    private boolean mustEncrypt() {
        Encryption encryption = parts.encryption();
        return encryption != null
                && encryption.isRequired()
                && !session.socket().isSsl();
    }

    private boolean relayAuthentication(FrameSplitter splitter) {
        Piece piece = splitter.next();
        if (!(piece instanceof Piece.Frame frame)) {
            return false;
        }
        if (frame.type() != 'p') {
            throw new ProtocolViolation("Expected a message of the authentication");
        }
        session.backend().sendPlain(frame.bytes());
        return true;
    }

    /** Executed for its effect: the protocol knows no answer, so that nobody learns which keys exist. */
    private void cancel(CancelRequest request) {
        PgSession target = parts.registry().find(request.processId(), request.secretKey());
        if (target != null) {
            target.context().runOnContext(ignored -> target.cancel());
        }
        session.socket().close();
    }

    private void open(StartupMessage client) {
        if (mustEncrypt()) {
            session.fatal(SqlError.withHint(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                    "this node takes encrypted connections only",
                    "Connect with sslmode=require or, better, verify-full."));
            return;
        }
        StartupMessage forPostgres;
        try {
            forPostgres = SessionOptions.forPostgres(client, parts.settings());
        } catch (SessionOptions.Refused refused) {
            session.fatal(refused.error());
            return;
        }
        Optional<SqlError> reason = parts.unavailability().get();
        if (reason.isPresent()) {
            session.fatal(reason.get());
            return;
        }
        ownKey = parts.registry().register(session);
        if (ownKey == null) {
            session.fatal(SqlError.of(SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already"));
            return;
        }
        session.hold();
        var _ = toPostgres().onComplete(connected -> begin(connected, forPostgres));
    }

    private Future<NetSocket> toPostgres() {
        return parts.toPostgres()
                .connect(parts.settings().postgresPort(), parts.settings().postgresHost());
    }

    private void begin(AsyncResult<NetSocket> connected, StartupMessage startup) {
        if (connected.failed()) {
            session.fatal(SqlError.withHint(
                    SqlState.CANNOT_CONNECT_NOW,
                    "this node's PostgreSQL does not take connections now",
                    "Try again, or connect to another node."));
            return;
        }
        session.connected(connected.result());
        session.backend().send(startup, new Relay());
        session.release();
    }

    /** PostgreSQL's side of the exchange. */
    private final class Relay extends Reply {
        Relay() {
            super(Kind.QUERY); // As for a query, ReadyForQuery is the end, and nothing else is.
        }

        @Override
        void frame(Piece.Frame frame) {
            switch (frame.type()) {
                case 'K' -> replaceKey(frame);
                case 'Z' -> {} // Told when the session's settings are known.
                default -> session.tell(frame.bytes());
            }
        }

        @Override
        void passing(ByteBuffer bytes) {
            throw new ProtocolViolation("PostgreSQL sent rows during the authentication");
        }

        @Override
        void failed(Piece.Frame error) {
            session.tell(error.bytes());
        }

        @Override
        void completed() {
            session.hold();
            var _ = session.state().refresh(session.backend()).onComplete(known -> opened(known.cause()));
        }
    }

    private void opened(@Nullable Throwable failure) {
        if (failure != null) {
            session.broken(failure);
            return;
        }
        var wrong = session.state().takeWarnings();
        if (!wrong.isEmpty()) {
            session.fatal(SqlError.of(
                    SqlState.INVALID_PARAMETER_VALUE, wrong.getFirst().message()));
            return;
        }
        isOver = true;
        session.authenticated();
        session.context().owner().cancelTimer(timer);
        session.tell(Answers.ready(session.status()));
        session.release();
    }

    private void replaceKey(Piece.Frame frame) {
        postgresKey = (BackendKeyData) BackendDecoder.UTF_8.decode(frame.type(), frame.body());
        if (ownKey != null) {
            session.tell(Answers.encoded(new BackendKeyData(ownKey.processId(), ownKey.secret())));
        }
    }

    /** Stops what PostgreSQL executes for this session. */
    void cancelAtPostgres() {
        BackendKeyData key = postgresKey;
        if (key == null) {
            return;
        }
        byte[] request = FrontendEncoder.encode(new CancelRequest(key.processId(), key.secretKey()));
        var _ = toPostgres().onSuccess(socket -> {
            var _ = socket.write(Buffer.buffer(request)).onComplete(written -> socket.close());
        });
    }
}
