package io.omnisql.node.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** PostgreSQL's processes of an earlier life that still work in a data folder: a new one cannot start beside them. */
final class Leftovers {
    private static final Duration DEATH_MAX = Duration.ofSeconds(10);

    private Leftovers() {}

    /** Ends them all; tells how many there were. Their commits are safe: PostgreSQL recovers from its own log. */
    static int kill(Path data) throws IOException {
        if (!Files.isDirectory(data)) {
            return 0;
        }
        Path folder = data.toRealPath();
        List<ProcessHandle> found = ProcessHandle.allProcesses()
                .filter(process -> worksIn(process, folder))
                .toList();
        found.forEach(ProcessHandle::destroyForcibly);
        var deaths = found.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(deaths).get(DEATH_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while earlier PostgreSQL processes ended", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("Earlier PostgreSQL processes do not end: " + found, e);
        }
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        return found.size();
    }

    /** All of PostgreSQL's processes have its data folder as their working folder. */
    private static boolean worksIn(ProcessHandle process, Path folder) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readSymbolicLink(proc.resolve("cwd")).equals(folder)
                    && Files.readSymbolicLink(proc.resolve("exe"))
                            .getFileName()
                            .toString()
                            .startsWith("postgres");
        } catch (IOException e) {
            return false; // It ended meanwhile, or belongs to another user and so not to us.
        }
    }
}
