package io.omnisql.node.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once from the archive on the classpath.
 *
 * @param folder holds bin, lib and share
 */
public record PostgresBinaries(Path folder) {
    private static final int EXECUTABLE = 0100;

    /** Unpacks into the cache unless that was done before. Several processes may do it at once: the first rename wins. */
    public static PostgresBinaries unpackedIn(Path cache) throws IOException {
        String resource = "/postgres-linux-" + archiveArchitecture() + ".txz";
        long size = resourceSize(resource);
        Path folder = cache.toAbsolutePath().resolve("postgresql-" + archiveArchitecture() + "-" + size);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(cache);
            Path fresh = Files.createTempDirectory(cache.toAbsolutePath(), "unpacking-");
            unpack(resource, fresh);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            renameOrDrop(fresh, folder);
        }
        return new PostgresBinaries(folder);
    }

    /** One of initdb, pg_ctl, postgres. */
    public String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    private static String archiveArchitecture() {
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (architecture) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default ->
                throw new IllegalStateException(
                        "No PostgreSQL is shipped for the architecture " + architecture + ": use an external one");
        };
    }

    private static long resourceSize(String resource) throws IOException {
        var url = PostgresBinaries.class.getResource(resource);
        if (url == null) {
            throw new IOException("PostgreSQL's archive " + resource + " is not on the classpath");
        }
        return url.openConnection().getContentLengthLong();
    }

    private static void unpack(String resource, Path target) throws IOException {
        try (InputStream archive = PostgresBinaries.class.getResourceAsStream(resource);
                var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, target);
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
            throw new IOException("PostgreSQL's archive holds a path outside of it: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, path);
        String permissions = (entry.getMode() & EXECUTABLE) != 0 ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    static void renameOrDrop(Path fresh, Path folder) throws IOException {
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) { // "Directory not empty" has no class of its own at an atomic move.
            ClusterFolder.delete(fresh);
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }
}
