package io.omnisql.e2e.support;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of this machine. */
final class Commands {
    private static final long MINUTES_MAX = 10;

    private Commands() {}

    /** Returns when it has ended well. */
    static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("Failed: " + String.join(" ", command));
        }
    }
}
