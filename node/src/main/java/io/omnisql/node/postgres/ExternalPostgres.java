package io.omnisql.node.postgres;

import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL that somebody else starts and supervises, as the container beside the node's in a pod. A session that is kept open
 * tells when it dies. It must run with {@code restart_after_crash=off} and trust its unix socket, whose folder only the
 * pod's two containers share.
 */
public final class ExternalPostgres implements PostgresInstance {
    private static final Logger LOG = Logger.getLogger(ExternalPostgres.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration SESSION_MAX = Duration.ofSeconds(5);

    private final UnixDomainSocketAddress socketAddress;
    private final InetSocketAddress tcpAddress;
    private final String superuser;
    private final Path passwordFile;
    private final InstanceState state = new InstanceState();
    private final Thread thread =
            Thread.ofPlatform().name("postgres-watch").daemon().unstarted(this::run);
    private volatile @Nullable PostgresSession watch;

    private ExternalPostgres(Path socketFolder, InetSocketAddress tcpAddress, String superuser, Path passwordFile) {
        this.socketAddress = UnixDomainSocketAddress.of(socketFolder.resolve(".s.PGSQL." + tcpAddress.getPort()));
        this.tcpAddress = tcpAddress;
        this.superuser = superuser;
        this.passwordFile = passwordFile;
    }

    /** Starts to watch it. The socket in the folder is named by the TCP port, as PostgreSQL does. */
    public static ExternalPostgres watch(
            Path socketFolder, InetSocketAddress tcpAddress, String superuser, Path passwordFile) {
        var postgres = new ExternalPostgres(socketFolder, tcpAddress, superuser, passwordFile);
        postgres.thread.start();
        return postgres;
    }

    @Override
    public UnixDomainSocketAddress socketAddress() {
        return socketAddress;
    }

    @Override
    public InetSocketAddress tcpAddress() {
        return tcpAddress;
    }

    @Override
    public String superuser() {
        return superuser;
    }

    /** Read anew each time: it may be changed while the node runs. */
    @Override
    public String superuserPassword() throws IOException {
        return Files.readString(passwordFile).strip();
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

    /** Stops watching; PostgreSQL goes on. */
    @Override
    public void close() {
        state.closed();
        PostgresSession open = watch;
        if (open != null) {
            open.close();
        }
    }

    private void run() {
        try {
            while (!state.awaitClosed(POLL)) {
                if (live()) {
                    state.died();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One life of PostgreSQL as a session sees it; tells whether there was any. */
    private boolean live() {
        boolean wasReady = false;
        try (var session = PostgresSession.open(socketAddress, superuser, "postgres", Map.of(), SESSION_MAX)) {
            watch = session;
            wasReady = true;
            LOG.infof("PostgreSQL is ready: socket=%s", socketAddress);
            state.ready();
            while (!state.isClosed()) {
                session.next(); // Nothing was asked: only the end of the session or a notice can come.
            }
        } catch (IOException e) {
            if (wasReady && !state.isClosed()) {
                LOG.errorf("PostgreSQL died: %s", e.getMessage());
            }
        } finally {
            watch = null;
        }
        return wasReady;
    }
}
