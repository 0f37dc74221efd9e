package io.omnisql.node.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of the machine, run to its end. */
final class Program {
    private Program() {}

    /** What it printed (both streams) and how it ended. */
    record Result(int exitCode, String output) {}

    static Result run(Path folder, Duration limit, String... command) {
        return run(folder, limit, Map.of(), command);
    }

    /** With environment variables besides. */
    static Result run(Path folder, Duration limit, Map<String, String> environment, String... command) {
        try {
            Path output = Files.createTempFile("program", ".log");
            var builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Result(ended ? process.exitValue() : -1, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(-1, "interrupted");
        }
    }

    /** Whether the machine has it. Under CI=true everything must be there. */
    static boolean isInstalled(String name) {
        boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        return found || "true".equals(System.getenv("CI"));
    }

    static void copy(Path from, Path to, List<String> files) throws IOException {
        Files.createDirectories(to);
        for (String file : files) {
            Files.copy(from.resolve(file), to.resolve(file));
        }
    }
}
