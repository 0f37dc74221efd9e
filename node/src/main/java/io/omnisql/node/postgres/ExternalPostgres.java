package io.omnisql.node.postgres;

import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL of the container beside the node's in a pod. Its entrypoint, {@code images/postgres/omnisql-postgres}, runs it only
 * while this node asks for it, and each life is asked for anew, so that listeners hear of a death before PostgreSQL is started again.
 * A session that is kept open tells when it dies.
 */
public final class ExternalPostgres implements PostgresInstance {
    private static final Logger LOG = Logger.getLogger(ExternalPostgres.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration SESSION_MAX = Duration.ofSeconds(5);
    private static final Duration PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    /** A clean stop takes a minute at most, making the first data some seconds. */
    private static final Duration STOP_MAX = Duration.ofMinutes(5);
    /** At the node's end its container may be gone already. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(20);

    private final Settings settings;
    private final ControlFolder control;
    private final ClusterFolder cluster;
    private final ServerSettings server;
    private final UnixDomainSocketAddress socketAddress;
    private final InstanceState state = new InstanceState();
    private final Thread thread =
            Thread.ofPlatform().name("postgres-watch").daemon().unstarted(this::run);
    private volatile @Nullable PostgresSession watch;
    private String lastTrouble = ""; // The watching thread only.

    private ExternalPostgres(Settings settings) throws IOException {
        this.settings = settings;
        this.control = new ControlFolder(settings.controlFolder());
        this.cluster = new ClusterFolder(settings.dataFolder().toAbsolutePath());
        this.server = ServerSettings.of(settings, cluster);
        this.socketAddress = UnixDomainSocketAddress.of(server.socketPath());
    }

    /**
     * Where it is found.
     *
     * @param dataFolder PostgreSQL's files, on a volume of both containers
     * @param controlFolder where the node and the entrypoint talk
     * @param socketFolder of the unix socket; only the pod's two containers share it
     * @param tcpPort on the pod's loopback
     * @param clientConnectionsMax sessions of clients; the node's own come on top
     * @param extra settings of PostgreSQL that override the node's choice
     */
    public record Settings(
            Path dataFolder,
            Path controlFolder,
            Path socketFolder,
            int tcpPort,
            int clientConnectionsMax,
            Map<String, String> extra) {
        public Settings {
            extra = Map.copyOf(extra);
        }
    }

    /** Returns when PostgreSQL does not run, whoever started it, and has data: they may be replaced until {@link #start}. */
    public static void stop(Path controlFolder) throws IOException {
        stop(new ControlFolder(controlFolder), STOP_MAX);
    }

    private static void stop(ControlFolder control, Duration max) throws IOException {
        long deadline = System.nanoTime() + max.toNanos();
        String token = control.ask(ControlFolder.Verb.STOP);
        while (control.answer(token).isEmpty()) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                throw new IOException("PostgreSQL's container has not answered in time in " + control.folder());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Asks for it from now on, after every death again; returns before it is ready. To be called after {@link #stop}. */
    public static ExternalPostgres start(Settings settings) throws IOException {
        var postgres = new ExternalPostgres(settings);
        postgres.thread.start();
        return postgres;
    }

    @Override
    public UnixDomainSocketAddress socketAddress() {
        return socketAddress;
    }

    @Override
    public InetSocketAddress tcpAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.tcpPort());
    }

    @Override
    public String superuser() {
        return EmbeddedPostgres.SUPERUSER;
    }

    @Override
    public String superuserPassword() throws IOException {
        return cluster.superuserPassword();
    }

    @Override
    public void awaitReady(Duration timeout) throws IOException {
        state.awaitReady(timeout);
    }

    @Override
    public boolean isReady() {
        return state.isReady();
    }

    @Override
    public void addListener(Listener listener) {
        state.addListener(listener);
    }

    /** Stops PostgreSQL in order, if its container is still there. */
    @Override
    public void close() {
        state.closed();
        PostgresSession open = watch;
        if (open != null) {
            open.close();
        }
        try {
            thread.join(CLOSE_MAX); // It might ask for one more life.
            stop(control, CLOSE_MAX);
        } catch (IOException e) {
            LOG.warnf("PostgreSQL was not stopped in order: %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = PAUSE_MIN;
        try {
            while (!state.isClosed()) {
                boolean wasReady = live();
                pause = wasReady ? PAUSE_MIN : min(pause.multipliedBy(2), PAUSE_MAX);
                state.awaitClosed(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One life of PostgreSQL; tells whether it ever was ready. */
    private boolean live() throws InterruptedException {
        boolean wasReady = false;
        try {
            server.write();
            String life = control.ask(ControlFolder.Verb.RUN);
            PostgresSession session = awaitSession(life);
            if (session != null) {
                wasReady = true;
                lastTrouble = "";
                watch(session);
            }
        } catch (IOException e) {
            tell(wasReady ? "it died: " + e.getMessage() : e.getMessage());
        } finally {
            watch = null;
            if (wasReady) {
                state.died();
            }
        }
        return wasReady;
    }

    private void watch(PostgresSession session) throws IOException {
        try (session) {
            watch = session;
            LOG.infof("PostgreSQL is ready: socket=%s", socketAddress);
            state.ready();
            while (!state.isClosed()) {
                session.next(); // Nothing was asked: only the end of the session or a notice can come.
            }
        }
    }

    /** However long recovery takes: as long as the process lives there is hope. Nothing when that life ended or nobody waits. */
    private @Nullable PostgresSession awaitSession(String life) throws IOException, InterruptedException {
        while (!state.awaitClosed(POLL)) {
            ControlFolder.Verb verb = control.answer(life).orElse(ControlFolder.Verb.RUN);
            if (verb == ControlFolder.Verb.STOPPED) {
                tell("it ended before it was ready");
                return null;
            }
            if (verb == ControlFolder.Verb.RUNNING) {
                PostgresSession session = session();
                if (session != null) {
                    return session;
                }
            }
        }
        return null;
    }

    private @Nullable PostgresSession session() {
        PostgresSession session = null;
        try {
            session = PostgresSession.open(socketAddress, superuser(), "postgres", Map.of(), SESSION_MAX);
            session.deadline(SESSION_MAX);
            // Data that came from another node's snapshot knows that node's password.
            session.execute("ALTER ROLE " + superuser() + " PASSWORD '" + superuserPassword() + "'");
            session.deadline(null);
            return session;
        } catch (IOException e) {
            if (session != null) {
                session.close();
            }
            return null; // Not yet.
        }
    }

    private void tell(@Nullable String trouble) {
        String text = String.valueOf(trouble);
        if (!state.isClosed() && !text.equals(lastTrouble)) {
            lastTrouble = text;
            LOG.errorf("PostgreSQL is asked for again: %s", text);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
