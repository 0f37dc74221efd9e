package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.SqlError;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SSLOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Where PostgreSQL clients connect. Thread-safe. */
public final class PgServer {
    private static final Logger LOG = Logger.getLogger(PgServer.class);
    private static final int CONNECT_MILLIS = 5_000;
    private static final int BACKLOG = 1_024;
    private static final int STRANGERS_MIN = 2;
    /** Of the room for prepared statements no session takes more than such a part. */
    private static final int STATEMENTS_PART = 4;

    private static final SqlError DRAINED =
            SqlError.withHint("57P03", "this node is being drained", "Connect to another node.");

    private final Vertx vertx;
    private final ServerParts parts;
    private final List<NetServer> servers = new CopyOnWriteArrayList<>();
    private final AtomicInteger sockets = new AtomicInteger();
    private volatile boolean isListening;
    private volatile boolean isStopping;
    private volatile boolean isDraining;

    /**
     * How the server works.
     *
     * @param port positive: several event loops listen on the same one
     * @param postgresPort the node's own PostgreSQL, which asks clients for their passwords
     * @param systemRole the role that never logs in from outside
     * @param defaultReadLevel level of sessions that do not choose one
     * @param timeout how long reads and writes wait for their turn, unless a session says otherwise
     * @param startupTimeout how long a client may take to authenticate
     * @param connectionsMax sessions at once; more get 53300
     * @param messageBytesMax the largest message of a client
     * @param clientBytesMax what all clients' prepared statements may take of the heap, and their unfinished messages as much again; more
     *     get 53200
     * @param isReader whether this node is a read replica: it refuses writes, and clients see a hot standby
     */
    public record Settings(
            String host,
            int port,
            String postgresHost,
            int postgresPort,
            String systemRole,
            ReadLevel defaultReadLevel,
            Duration timeout,
            Duration startupTimeout,
            int connectionsMax,
            int messageBytesMax,
            long clientBytesMax,
            boolean isReader) {

        ClientSettings defaults() {
            return new ClientSettings(defaultReadLevel, 0, Duration.ZERO, null, timeout);
        }
    }

    /**
     * Not listening yet.
     *
     * @param encryption TLS for clients that ask for it; null: nobody gets it
     * @param unavailability why no client may open a session at present (57P03 while catching up), or nothing
     */
    public PgServer(
            Vertx vertx,
            Settings settings,
            @Nullable Encryption encryption,
            ClusterStatements cluster,
            Supplier<Optional<SqlError>> unavailability) {
        this.vertx = vertx;
        NetClient toPostgres = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
        this.parts = new ServerParts(
                settings,
                encryption,
                cluster,
                () -> unavailability.get().or(() -> isDraining ? Optional.of(DRAINED) : Optional.empty()),
                toPostgres,
                new SessionRegistry(settings.connectionsMax()),
                new KnownWriters(),
                new ClientBytes(settings.clientBytesMax(), settings.clientBytesMax() / STATEMENTS_PART),
                new ClientBytes(
                        Math.max(settings.clientBytesMax(), settings.messageBytesMax()), settings.messageBytesMax()));
    }

    /**
     * Listens, and hands the connections to the event loops in turn; completes when it does.
     *
     * @param loops at least one; not those that carry what peers say, for it should not wait behind clients' handshakes
     */
    public CompletionStage<Void> start(List<Context> loops) {
        Future<Void> listening = Future.succeededFuture();
        for (Context loop : loops) {
            listening = listening.compose(ignored -> listen(loop));
        }
        return listening
                .onSuccess(ignored -> {
                    isListening = true;
                    LOG.infof(
                            "SQL port open: host=%s port=%d",
                            parts.settings().host(), parts.settings().port());
                })
                .toCompletionStage();
    }

    /** A server belongs to the event loop on which it begins to listen. */
    private Future<Void> listen(Context loop) {
        NetServer server = vertx.createNetServer(options()).connectHandler(this::accept);
        servers.add(server);
        Promise<NetServer> bound = Promise.promise();
        loop.runOnContext(turn ->
                server.listen(parts.settings().port(), parts.settings().host()).onComplete(bound));
        return bound.future().mapEmpty();
    }

    private NetServerOptions options() {
        var options = new NetServerOptions().setAcceptBacklog(BACKLOG);
        Encryption encryption = parts.encryption();
        if (encryption != null) { // Not setSsl: a connection begins in the clear.
            SSLOptions certificates = encryption.certificates();
            options.setKeyCertOptions(certificates.getKeyCertOptions())
                    .setTrustOptions(certificates.getTrustOptions())
                    .setClientAuth(encryption.clients())
                    .setEnabledSecureTransportProtocols(certificates.getEnabledSecureTransportProtocols());
            certificates.getEnabledCipherSuites().forEach(options::addEnabledCipherSuite);
        }
        return options;
    }

    private void accept(NetSocket socket) {
        // Beyond the sessions there is room for those who must be told so, and for those who cancel.
        if (isStopping || sockets.incrementAndGet() > 2 * parts.settings().connectionsMax() + STRANGERS_MIN) {
            sockets.decrementAndGet();
            socket.close();
            return;
        }
        var session = new PgSession(parts, socket, vertx.getOrCreateContext());
        session.begin(sockets::decrementAndGet);
    }

    /** Whether clients are accepted. */
    public boolean isOpen() {
        return isListening && !isStopping;
    }

    /** Sessions that are open or being opened. */
    public int sessions() {
        return parts.registry().size();
    }

    /** What clients have sent of messages that are not complete, beyond a little for each. */
    long pendingBytes() {
        return parts.pendingBytes().counted();
    }

    /** From now on, or not any more: new sessions are refused and those that are open end after their transaction. */
    public void drain(boolean drain) {
        isDraining = drain;
        if (drain) {
            tellAll(PgSession::leave);
        }
    }

    /** Waits until no session is open. Blocks. */
    public void awaitNoSessions(Duration patience) {
        var over = new CompletableFuture<Void>();
        long poll = vertx.setPeriodic(20, ignored -> {
            if (sessions() == 0) {
                over.complete(null);
            }
        });
        var _ = over.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        vertx.cancelTimer(poll);
    }

    /** Accepts nobody any more, ends idle sessions at once and the others after their statement, or when {@code grace} is over. Blocks. */
    public void stop(Duration grace) {
        isStopping = true;
        tellAll(PgSession::stop);
        awaitNoSessions(grace);
        // Closing a server closes its connections.
        servers.forEach(server -> {
            var _ = server.close();
        });
        var _ = parts.toPostgres().close();
    }

    private void tellAll(Consumer<PgSession> message) {
        parts.registry().all().forEach(session -> session.context().runOnContext(ignored -> message.accept(session)));
    }
}
