package io.omnisql.node.postgres;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How PostgreSQL's main process is started and stopped. */
record PostgresProcess(PostgresBinaries binaries, LaunchMode mode, ClusterFolder cluster, ServerSettings settings) {
    private static final long FAST_SECONDS_MAX = 15;
    private static final long IMMEDIATE_SECONDS_MAX = 5;

    /** Starts it; must be called by the thread that supervises it, because the kernel binds it to that thread's life. */
    Process start() throws IOException {
        Leftovers.kill(cluster.data());
        settings.write();
        mode.own(cluster.folder());
        var command = mode.boundCommand(
                List.of(binaries.program("postgres"), "-D", cluster.data().toString()));
        return new ProcessBuilder(command)
                .directory(cluster.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(cluster.startLog().toFile())
                .start();
    }

    /** Stops it: open transactions are rolled back; if that takes too long, as in a crash. */
    void stop(Process process) throws IOException, InterruptedException {
        signal(process, "INT");
        if (!process.waitFor(FAST_SECONDS_MAX, TimeUnit.SECONDS)) {
            signal(process, "QUIT");
            if (!process.waitFor(IMMEDIATE_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        Leftovers.kill(cluster.data());
    }

    String superuserPassword() throws IOException {
        return cluster.superuserPassword();
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor(IMMEDIATE_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
