package io.omnisql.node.postgres;

import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps one PostgreSQL process alive: starts it, waits until it is ready, starts it again after it died. */
final class Supervisor {
    private static final Logger LOG = Logger.getLogger(Supervisor.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration SESSION_MAX = Duration.ofSeconds(5);
    private static final Duration PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(30);

    private final PostgresProcess postgres;
    private final SocketAddress address;
    private final InstanceState state = new InstanceState();
    private final Thread thread =
            Thread.ofPlatform().name("postgres-supervisor").daemon().unstarted(this::run);
    private volatile @Nullable Process process;

    Supervisor(PostgresProcess postgres, SocketAddress address) {
        this.postgres = postgres;
        this.address = address;
    }

    void start() {
        thread.start();
    }

    boolean isReady() {
        return state.isReady();
    }

    void addListener(PostgresInstance.Listener listener) {
        state.addListener(listener);
    }

    void awaitReady(Duration timeout) throws IOException {
        state.awaitReady(timeout);
    }

    long pid() {
        Process running = process;
        return running == null || !running.isAlive() ? 0 : running.pid();
    }

    void close() {
        state.closed();
        try {
            Process running = process;
            if (running != null) {
                postgres.stop(running);
            }
            thread.join(CLOSE_MAX);
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
            stopLate();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One life of PostgreSQL; tells whether it ever was ready. */
    private boolean live() throws InterruptedException {
        boolean wasReady = false;
        try {
            Process started = postgres.start();
            process = started;
            wasReady = awaitSessions(started);
            if (wasReady) {
                LOG.infof("PostgreSQL is ready: pid=%d socket=%s", started.pid(), address);
                state.ready();
            }
            int exit = started.waitFor();
            if (!state.isClosed()) {
                LOG.errorf("PostgreSQL died, it is started again: pid=%d exit=%d", started.pid(), exit);
            }
        } catch (IOException e) {
            LOG.errorf("PostgreSQL cannot be started, it is tried again: %s", e.getMessage());
        } finally {
            process = null;
            if (wasReady) {
                state.died();
            }
        }
        return wasReady;
    }

    /** However long recovery takes: as long as the process lives there is hope. */
    private boolean awaitSessions(Process started) throws InterruptedException {
        while (started.isAlive()) {
            try {
                takeSession();
                return true;
            } catch (IOException e) {
                if (state.awaitClosed(POLL)) {
                    postgresStop(started);
                    return false;
                }
            }
        }
        return false;
    }

    private void takeSession() throws IOException {
        try (var session =
                PostgresSession.open(address, EmbeddedPostgres.SUPERUSER, "postgres", Map.of(), SESSION_MAX)) {
            session.deadline(SESSION_MAX);
            // Data that came from another node's snapshot knows that node's password.
            session.execute(
                    "ALTER ROLE " + EmbeddedPostgres.SUPERUSER + " PASSWORD '" + postgres.superuserPassword() + "'");
        }
    }

    /** A process that was started while close already looked for one. */
    private void stopLate() throws InterruptedException {
        Process running = process;
        if (running != null) {
            postgresStop(running);
        }
    }

    private void postgresStop(Process running) throws InterruptedException {
        try {
            postgres.stop(running);
        } catch (IOException e) {
            LOG.warnf("PostgreSQL was not stopped in order: %s", e.getMessage());
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
