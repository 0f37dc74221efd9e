package io.omnisql.node.membership;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.omnisql.node.replica.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The identity on this node's disk: durable before anybody hears of it. Thread-safe. */
public final class IdentityFile {
    private static final Logger LOG = Logger.getLogger(IdentityFile.class);
    private static final String NAME = "identity.json";
    private static final String ARCHIVE = "retired-";
    private static final List<String> STATE = List.of("log", "postgresql", "snapshots", NAME);

    private final Path folder;
    private NodeIdentity identity;

    private IdentityFile(Path folder, NodeIdentity identity) {
        this.folder = folder;
        this.identity = identity;
    }

    /**
     * Reads it, or formats the folder.
     *
     * @param older what the folder is if it holds a log but no identity
     * @throws IOException when the disk fails or the identity cannot be read: better no node than one with a wrong memory
     */
    public static IdentityFile open(Path folder, @Nullable OlderFolder older) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(NAME);
        if (Files.exists(file)) {
            var opened = new IdentityFile(folder, read(file));
            if (opened.identity.logBegun() && !hasLog(folder)) {
                LOG.errorf(
                        "The log of member %s is not there any more, and with it what was promised: the folder is formatted"
                                + " anew, this node waits to join as a new member",
                        opened.identity.memberId());
                opened.retire();
            }
            return opened;
        }
        NodeIdentity first = hasLog(folder) ? ofOlder(folder, older) : NodeIdentity.fresh();
        var formatted = new IdentityFile(folder, first);
        formatted.write(first);
        LOG.infof("The data folder is formatted: incarnation=%s member=%s", first.incarnation(), first.memberId());
        return formatted;
    }

    private static NodeIdentity ofOlder(Path folder, @Nullable OlderFolder older) throws IOException {
        if (older == null) {
            throw new IOException(folder + " holds a log but no identity, and no list of members tells whose it is");
        }
        return NodeIdentity.ofOlderFolder(older.clusterUid(), older.memberId(), older.founding());
    }

    /** What the settings say of a folder of a cluster that is older than identities; fails when they do not. */
    public interface OlderFolder {
        /** Of its cluster. */
        UUID clusterUid();

        /** Its id. */
        long memberId();

        /** The configuration with which it began. */
        Roster founding();
    }

    private static boolean hasLog(Path folder) throws IOException {
        Path log = folder.resolve("log");
        if (!Files.isDirectory(log)) {
            return false;
        }
        try (Stream<Path> files = Files.list(log)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(".wal"));
        }
    }

    private static NodeIdentity read(Path file) throws IOException {
        try {
            return Json.read(Files.readAllBytes(file), NodeIdentity.class);
        } catch (JsonProcessingException damaged) {
            throw new IOException(file + " cannot be read: " + damaged.getOriginalMessage(), damaged);
        }
    }

    /** As it is on the disk. */
    public synchronized NodeIdentity get() {
        return identity;
    }

    /** This folder belongs to a cluster from now on. */
    synchronized void belong(UUID clusterUid, long memberId, NodeIdentity.Beginning how) throws IOException {
        if (identity.belongs()) {
            throw new IllegalStateException("It belongs to cluster " + identity.clusterUid() + " already");
        }
        change(before -> before.belonging(clusterUid, memberId, how));
    }

    /** This folder joins a cluster in which {@code newest} was in force. */
    public synchronized void join(UUID clusterUid, long memberId, Roster newest) throws IOException {
        belong(clusterUid, memberId, new NodeIdentity.Beginning(false, newest));
        LOG.infof("This node joins: cluster=%s member=%d configuration=%d", clusterUid, memberId, newest.id());
    }

    /** The log has its first file: from now on it must be there. */
    public synchronized void logBegun() throws IOException {
        if (!identity.logBegun()) {
            change(NodeIdentity::withLogBegun);
        }
    }

    /** The only member that is left goes on as a cluster of its own: the others shall not know it any more. */
    public synchronized void becomeOtherCluster(UUID clusterUid) throws IOException {
        change(before -> before.inCluster(clusterUid));
    }

    /** A later configuration is in force here. */
    public synchronized void configured(long configurationId) throws IOException {
        if (configurationId > identity.lastConfigurationId()) {
            change(before -> before.inConfiguration(configurationId));
        }
    }

    /** Puts all that the folder holds aside, of which the last such heap is kept, and formats it anew. Only while nothing runs in it. */
    public synchronized void retire() throws IOException {
        Path archive = folder.resolve(ARCHIVE + identity.memberId() + "-" + System.currentTimeMillis());
        Files.createDirectories(archive);
        // The identity leaves last: until then a crash finds a folder without a log, and begins here again.
        for (String name : STATE) {
            Path part = folder.resolve(name);
            if (Files.exists(part)) {
                Files.move(part, archive.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        DurableFile.force(archive);
        DurableFile.force(folder);
        write(NodeIdentity.fresh());
        deleteArchivesBut(archive);
        LOG.infof("The data folder is retired: archive=%s incarnation=%s", archive, identity.incarnation());
    }

    private void deleteArchivesBut(Path kept) throws IOException {
        try (Stream<Path> parts = Files.list(folder)) {
            List<Path> older = parts.filter(
                            part -> part.getFileName().toString().startsWith(ARCHIVE))
                    .filter(part -> !part.equals(kept))
                    .toList();
            for (Path part : older) {
                try (Stream<Path> tree = Files.walk(part)) {
                    for (Path each : tree.toList().reversed()) {
                        Files.delete(each);
                    }
                }
            }
        }
    }

    private void change(UnaryOperator<NodeIdentity> step) throws IOException {
        write(step.apply(identity));
    }

    private void write(NodeIdentity next) throws IOException {
        DurableFile.write(folder.resolve(NAME), Json.write(next));
        identity = next;
    }
}
