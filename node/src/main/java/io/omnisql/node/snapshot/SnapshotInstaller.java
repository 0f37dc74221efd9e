package io.omnisql.node.snapshot;

import io.omnisql.node.postgres.DataReplacement;
import io.omnisql.omnipaxos.SnapshotMark;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jboss.logging.Logger;

/**
 * Puts a fetched snapshot in the place of PostgreSQL's data. Only at a node's start, step by step, each of which may be repeated:
 * replace the data; when PostgreSQL has recovered, note how many entries they cover; tell the core so at every start until the log
 * knows it durably.
 */
final class SnapshotInstaller {
    private static final Logger LOG = Logger.getLogger(SnapshotInstaller.class);

    private final SnapshotFolder folder;
    private final Path postgresFolder;

    SnapshotInstaller(SnapshotFolder folder, Path postgresFolder) {
        this.folder = folder;
        this.postgresFolder = postgresFolder;
    }

    /** Before PostgreSQL starts. */
    void replaceData() throws IOException {
        Optional<SnapshotContents> fetched = folder.read(folder.incomingMark());
        if (fetched.isEmpty() || !Files.exists(folder.incoming())) {
            return;
        }
        if (!SnapshotFolder.sha256(folder.incoming()).equals(fetched.get().sha256())) {
            LOG.error("The fetched snapshot is damaged on this disk: it is dropped and fetched again");
            folder.delete(folder.incomingMark());
            folder.delete(folder.incoming());
            return;
        }
        LOG.infof("Installing a snapshot: bytes=%d", fetched.get().bytes());
        DataReplacement.replace(postgresFolder, this::extract);
        folder.delete(folder.incoming());
    }

    /** When PostgreSQL has recovered, before anything is applied: what the core must be told, if it does not know. */
    Optional<SnapshotMark> installed(long appliedIndex, long durablyDecidedIndex) throws IOException {
        Optional<SnapshotContents> replaced = folder.read(folder.incomingMark());
        if (replaced.isPresent()) {
            folder.write(folder.installedMark(), covering(appliedIndex, replaced.get()));
            LOG.infof("Snapshot installed: appliedIndex=%d", appliedIndex);
            folder.delete(folder.incomingMark());
        }
        Optional<SnapshotContents> installed = folder.read(folder.installedMark());
        if (installed.isPresent()
                && durablyDecidedIndex >= installed.get().mark().index()) {
            folder.delete(folder.installedMark());
            return Optional.empty();
        }
        installed.ifPresent(contents -> LOG.infof(
                "Going on from a snapshot: index=%d configuration=%d",
                contents.mark().index(), contents.mark().configuration().id()));
        return installed.map(SnapshotContents::mark);
    }

    private static SnapshotContents covering(long appliedIndex, SnapshotContents fetched) throws IOException {
        SnapshotMark mark = fetched.mark();
        if (appliedIndex < mark.index()) {
            throw new IOException("The snapshot covers " + appliedIndex + " entries, but " + mark.index()
                    + " were applied before it was taken");
        }
        return new SnapshotContents(
                fetched.bytes(), fetched.sha256(), new SnapshotMark(appliedIndex, mark.configuration(), mark.ballot()));
    }

    private void extract(Path target) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(folder.incoming()));
                var tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                extract(tar, entry, target);
            }
        }
    }

    private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        Path path = target.resolve(entry.getName()).normalize();
        boolean isPlain = entry.isDirectory() || entry.isFile();
        if (!path.startsWith(target) || !isPlain || entry.isSymbolicLink() || entry.isLink()) {
            throw new IOException("The snapshot holds what does not belong into it: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        } else {
            Files.copy(tar, path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    }
}
