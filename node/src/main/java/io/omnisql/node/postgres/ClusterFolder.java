package io.omnisql.node.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One PostgreSQL's files: {@code pgdata}, {@code log}, the superuser's password.
 *
 * @param folder owned by this node alone
 */
record ClusterFolder(Path folder) {
    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final long INITDB_SECONDS_MAX = 300;
    private static final int PASSWORD_BYTES = 24;

    Path data() {
        return folder.resolve("pgdata");
    }

    Path log() {
        return folder.resolve("log");
    }

    Path startLog() {
        return log().resolve("start.log");
    }

    String superuserPassword() throws IOException {
        return Files.readString(passwordFile()).strip();
    }

    /** Makes what is missing: the folders, a password, and PostgreSQL's data by initdb, whole or not at all. */
    void prepare(PostgresBinaries binaries, LaunchMode mode) throws IOException {
        privateFolder(folder);
        privateFolder(log());
        if (!Files.exists(passwordFile())) {
            Files.write(Files.createFile(passwordFile(), PRIVATE_FILE), newPassword());
        }
        mode.own(folder);
        if (!Files.exists(data().resolve("PG_VERSION"))) {
            initialise(binaries, mode);
        }
    }

    private void initialise(PostgresBinaries binaries, LaunchMode mode) throws IOException {
        Path fresh = folder.resolve("pgdata.initialising");
        delete(fresh);
        var command = List.of(
                binaries.program("initdb"),
                "--pgdata=" + fresh,
                "--username=" + EmbeddedPostgres.SUPERUSER,
                "--pwfile=" + passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                "--no-instructions");
        runInitdb(mode.command(command));
        Files.move(fresh, data(), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private void runInitdb(List<String> command) throws IOException {
        Process initdb = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(startLog().toFile())
                .start();
        try {
            if (!initdb.waitFor(INITDB_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("initdb did not end within " + INITDB_SECONDS_MAX + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while initdb ran", e);
        } finally {
            initdb.destroyForcibly();
        }
        if (initdb.exitValue() != 0) {
            throw new IOException(
                    "initdb failed: " + Files.readString(startLog()).strip());
        }
    }

    private Path passwordFile() {
        return folder.resolve("superuser-password");
    }

    /** A folder that is this process's own and closed to others; refused when somebody else made it. */
    static void privateFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder, PRIVATE_FOLDER);
        }
        Object owner = Files.getAttribute(folder, "unix:uid", java.nio.file.LinkOption.NOFOLLOW_LINKS);
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(self) && !self.equals(0)) {
            throw new IOException("The folder " + folder + " belongs to another user: " + owner);
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /**
     * The folder of the socket, over which PostgreSQL trusts everybody: by default it lies among the temporary files, where another
     * user may have made one of that name first, and would stay its owner. Refused even when this process is root.
     */
    static void socketFolder(Path folder, LaunchMode mode) throws IOException {
        privateFolder(folder);
        int owner = (int) Files.getAttribute(folder, "unix:uid", java.nio.file.LinkOption.NOFOLLOW_LINKS);
        if (!mode.isOurs(owner)) {
            throw new IOException(
                    "The folder " + folder + " belongs to user " + owner
                            + ", who could reach the database through it: remove it, or name another by omnisql.postgres.socket-folder");
        }
        mode.own(folder);
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static byte[] newPassword() {
        var bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
