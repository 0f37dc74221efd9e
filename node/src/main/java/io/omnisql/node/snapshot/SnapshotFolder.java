package io.omnisql.node.snapshot;

import io.omnisql.node.replica.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files of snapshots in the node's data folder.
 *
 * <p>{@code ID.tar}: taken here, for peers. {@code incoming.tar.part}: being fetched. {@code incoming.tar} with {@code incoming.mark}:
 * fetched. {@code incoming.mark} alone: PostgreSQL's data were replaced. {@code installed.mark}: how many entries they cover is known,
 * the log may not know of it yet.
 */
final class SnapshotFolder {
    private static final long SPARE_BYTES_MIN = 256L << 20;

    private final Path folder;

    private SnapshotFolder(Path folder) {
        this.folder = folder;
    }

    /** Makes the folder; deletes what only an earlier life could use. */
    static SnapshotFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        var opened = new SnapshotFolder(folder);
        boolean hasFetched = Files.exists(opened.incomingMark());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                boolean isKept = name.endsWith(".mark") || (hasFetched && file.equals(opened.incoming()));
                if (!isKept) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return opened;
    }

    Path taken(long id) {
        return folder.resolve(String.format(Locale.ROOT, "%016x.tar", id));
    }

    Path part() {
        return folder.resolve("incoming.tar.part");
    }

    Path incoming() {
        return folder.resolve("incoming.tar");
    }

    Path incomingMark() {
        return folder.resolve("incoming.mark");
    }

    Path installedMark() {
        return folder.resolve("installed.mark");
    }

    Optional<SnapshotContents> read(Path mark) throws IOException {
        return Files.exists(mark)
                ? Optional.of(SnapshotCodec.decodeContents(Files.readAllBytes(mark)))
                : Optional.empty();
    }

    /** Whole or not at all, and durable. */
    void write(Path mark, SnapshotContents contents) throws IOException {
        DurableFile.write(mark, SnapshotCodec.encode(contents));
    }

    /** The part becomes the fetched snapshot, durably. */
    void complete(SnapshotContents contents) throws IOException {
        DurableFile.force(part());
        Files.deleteIfExists(incomingMark());
        Files.move(part(), incoming(), StandardCopyOption.ATOMIC_MOVE);
        DurableFile.force(folder);
        write(incomingMark(), contents);
    }

    /** Deletes durably. */
    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        DurableFile.force(folder);
    }

    /** A snapshot must never take the room that the log and PostgreSQL need to go on. */
    void requireRoom() throws IOException {
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < SPARE_BYTES_MIN) {
            throw new IOException("Only " + usable + " bytes are left on the disk, less than " + SPARE_BYTES_MIN);
        }
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
