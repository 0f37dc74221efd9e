package io.omnisql.node.pgwire;

import io.omnisql.node.EventLoops;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.TestPostgres;
import io.omnisql.testing.FreePorts;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A server before a real PostgreSQL, with one role {@code ana} that owns a schema. */
final class TestServer implements AutoCloseable {
    static final String USER = "ana";
    static final String PASSWORD = "secret";

    final TestPostgres postgres = TestPostgres.start(Map.of("max_connections", "400"));
    final OneNodeCluster cluster = new OneNodeCluster(postgres.instance().socketAddress());
    /** Enough for the tests that do not ask for its end. */
    private static final long CLIENT_BYTES_MAX = 64L << 20;

    final Vertx vertx = Vertx.vertx();
    private final EventLoops loops;
    final PgServer server;
    final int port;
    volatile Optional<SqlError> unavailable = Optional.empty();

    TestServer() {
        this(100, 16 << 20);
    }

    TestServer(int connectionsMax, int messageBytesMax) {
        this(connectionsMax, messageBytesMax, CLIENT_BYTES_MAX, null, false);
    }

    TestServer(Encryption encryption) {
        this(100, 16 << 20, CLIENT_BYTES_MAX, encryption, false);
    }

    /** Whose clients have so much room for prepared statements, and for unfinished messages. */
    static TestServer withClientBytes(int clientBytesMax) {
        return new TestServer(100, clientBytesMax, clientBytesMax, null, false);
    }

    /** As of a read replica. */
    static TestServer reader() {
        return new TestServer(100, 16 << 20, CLIENT_BYTES_MAX, null, true);
    }

    private TestServer(
            int connectionsMax,
            int messageBytesMax,
            long clientBytesMax,
            @Nullable Encryption encryption,
            boolean isReader) {
        port = FreePorts.next();
        loops = loops();
        int postgresPort = postgres.instance().tcpAddress().getPort();
        server = new PgServer(
                vertx,
                new PgServer.Settings(
                        "127.0.0.1",
                        port,
                        "127.0.0.1",
                        postgresPort,
                        "omnisql_system",
                        ReadLevel.LOCAL,
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(5),
                        connectionsMax,
                        messageBytesMax,
                        clientBytesMax,
                        isReader),
                encryption,
                cluster,
                () -> unavailable);
        server.start(loops.sessions()).toCompletableFuture().join();
        superuser("CREATE ROLE ana LOGIN PASSWORD 'secret'; CREATE ROLE bob; GRANT bob TO ana;"
                + "GRANT CREATE, USAGE ON SCHEMA public TO ana, bob");
    }

    private EventLoops loops() {
        try {
            return EventLoops.begin(vertx, 2);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Straight to PostgreSQL, past the server. */
    void superuser(String sql) {
        try (PostgresSession session = postgres.session("postgres")) {
            session.execute(sql);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String single(String sql) {
        try (PostgresSession session = postgres.session("postgres")) {
            return session.single(sql);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    FrameClient client() throws IOException {
        return client(Map.of());
    }

    FrameClient client(Map<String, String> options) throws IOException {
        return FrameClient.open(address(), USER, PASSWORD, options);
    }

    Connection jdbc(String... options) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", PASSWORD);
        for (String option : options) {
            int equals = option.indexOf('=');
            properties.setProperty(option.substring(0, equals), option.substring(equals + 1));
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
    }

    @Override
    public void close() throws IOException {
        server.stop(Duration.ofSeconds(1));
        cluster.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        postgres.close();
    }
}
