package io.omnisql.node.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * A PostgreSQL of the node's own: its programs come from the classpath, its files lie in one folder, and a thread starts it again
 * whenever it dies.
 */
public final class EmbeddedPostgres implements PostgresInstance {
    private static final Logger LOG = Logger.getLogger(EmbeddedPostgres.class);

    /** The role that owns everything of OmniSQL itself. */
    public static final String SUPERUSER = "omnisql_system";

    private final Settings settings;
    private final UnixDomainSocketAddress socketAddress;
    private final ClusterFolder cluster;
    private final Supervisor supervisor;

    private EmbeddedPostgres(
            Settings settings, UnixDomainSocketAddress socketAddress, ClusterFolder cluster, Supervisor supervisor) {
        this.settings = settings;
        this.socketAddress = socketAddress;
        this.cluster = cluster;
        this.supervisor = supervisor;
    }

    /**
     * Makes what is missing (programs, data) and starts PostgreSQL; returns before it is ready. What an earlier life of this
     * node left running in the folder is ended first.
     */
    public static EmbeddedPostgres start(Settings settings) throws IOException {
        PostgresBinaries binaries = PostgresBinaries.unpackedIn(settings.binariesFolder());
        LaunchMode mode = LaunchMode.detect();
        var cluster = new ClusterFolder(settings.dataFolder().toAbsolutePath());
        Leftovers.kill(cluster.data());
        cluster.prepare(binaries, mode);
        ClusterFolder.socketFolder(settings.socketFolder(), mode);
        var server = ServerSettings.of(settings, cluster);
        var address = UnixDomainSocketAddress.of(server.socketPath());
        var supervisor = new Supervisor(new PostgresProcess(binaries, mode, cluster, server), address);
        supervisor.start();
        return new EmbeddedPostgres(settings, address, cluster, supervisor);
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
        return SUPERUSER;
    }

    @Override
    public String superuserPassword() throws IOException {
        return cluster.superuserPassword();
    }

    @Override
    public void awaitReady(Duration timeout) throws IOException {
        supervisor.awaitReady(timeout);
    }

    @Override
    public boolean isReady() {
        return supervisor.isReady();
    }

    @Override
    public void addListener(Listener listener) {
        supervisor.addListener(listener);
    }

    /** PostgreSQL's main process now; 0 when there is none. */
    public long pid() {
        return supervisor.pid();
    }

    /** Stops PostgreSQL: politely, then at once, then by force. Nothing is left in the folder of temporary files. */
    @Override
    public void close() {
        supervisor.close();
        try {
            Files.deleteIfExists(settings.socketFolder());
        } catch (IOException inUse) {
            LOG.debugf(inUse, "The socket's folder stays: folder=%s", settings.socketFolder());
        }
    }

    /**
     * Where and how.
     *
     * @param dataFolder the cluster's files; survives the node
     * @param binariesFolder cache of the unpacked programs; may be shared
     * @param socketFolder private folder of the unix socket, with a path of at most 92 bytes: the socket's has at most 107
     * @param tcpPort on loopback
     * @param clientConnectionsMax sessions of clients; the node's own come on top
     * @param extra settings of PostgreSQL that override the node's choice
     */
    public record Settings(
            Path dataFolder,
            Path binariesFolder,
            Path socketFolder,
            int tcpPort,
            int clientConnectionsMax,
            Map<String, String> extra) {
        public Settings {
            extra = Map.copyOf(extra);
        }
    }
}
