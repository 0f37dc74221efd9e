package io.omnisql.e2e.support;

import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A pod with psql that reaches the nodes as an application does: by the Service's name. */
public final class PsqlPod {
    private static final long ANSWER_SECONDS_MAX = 60;

    private final PodResource pod;

    PsqlPod(PodResource pod) {
        this.pod = pod;
    }

    /** What psql prints for the statement, unaligned and without headers. */
    public String query(String sql) {
        return run("psql", "-v", "ON_ERROR_STOP=1", "-Atc", sql);
    }

    /** The same with other variables of its environment. */
    public String queryWith(String sql, String... environment) {
        var command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(environment));
        command.addAll(List.of("psql", "-v", "ON_ERROR_STOP=1", "-Atc", sql));
        return run(command.toArray(String[]::new));
    }

    /** The same by the URI of the connection Secret, as it stands there. */
    public String queryByUri(String sql) {
        return run("sh", "-c", "psql \"$URI\" -v ON_ERROR_STOP=1 -Atc \"$0\"", sql);
    }

    /** What psql says when it is refused, with other variables of its environment. */
    public String refusal(String... environment) {
        return refusalOf("SELECT 1", environment);
    }

    /** What psql says when that statement is refused, with the SQLSTATE, with other variables of its environment. */
    public String refusalOf(String sql, String... environment) {
        var command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(environment));
        command.addAll(List.of("psql", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-Atc", sql));
        command.addAll(0, List.of("sh", "-c", "\"$@\" 2>&1 && exit 1 || exit 0", "sh"));
        return run(command.toArray(String[]::new));
    }

    /** Writers that write one row after the other until {@link Load#end}. */
    public Load load(int writers) {
        run(
                "sh",
                "-c",
                "rm -f /tmp/end; for w in $(seq " + writers + "); do sh /load/write.sh $w >/tmp/w$w 2>&1 & done");
        return new Load(this, writers);
    }

    String run(String... command) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        try (ExecWatch exec = pod.writingOutput(out).writingError(err).exec(command)) {
            int code = exec.exitCode().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            if (code != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with " + code + ": "
                        + err.toString(StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(String.join(" ", command), e);
        }
        return out.toString(StandardCharsets.UTF_8).strip();
    }
}
