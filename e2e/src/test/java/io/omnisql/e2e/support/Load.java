package io.omnisql.e2e.support;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/** Writers in the cluster, each with a session of its own through the Service, which is made anew after each failure. */
public final class Load {
    private static final Duration PROGRESS_MAX = Duration.ofMinutes(2);

    private final PsqlPod pod;
    private final int writers;

    Load(PsqlPod pod, int writers) {
        this.pod = pod;
        this.writers = writers;
    }

    /**
     * What the writers know.
     *
     * @param tried all rows that were sent; none was sent twice
     * @param acknowledged those that were acknowledged
     * @param longestGapMillis between two acknowledgements of one writer
     */
    public record Outcome(Set<String> tried, Set<String> acknowledged, long longestGapMillis) {}

    /** Returns when so many more writes were acknowledged. */
    public void awaitProgress(int more) {
        int before = acknowledged();
        Awaitility.await()
                .atMost(PROGRESS_MAX)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> acknowledged() >= before + more);
    }

    private int acknowledged() {
        return Integer.parseInt(pod.run("sh", "-c", "cat /tmp/w* | grep -c '^ok' || true"));
    }

    /** Ends the writers and tells what they know. */
    public Outcome end() {
        pod.run("sh", "-c", "touch /tmp/end");
        Awaitility.await()
                .atMost(PROGRESS_MAX)
                .until(() -> pod.run("sh", "-c", "cat /tmp/w* | grep -c '^ended' || true")
                        .equals(Integer.toString(writers)));
        List<String> lines = pod.run("sh", "-c", "cat /tmp/w*").lines().toList();
        return new Outcome(
                values(lines, "try"),
                values(lines, "ok"),
                values(lines, "gap").stream().mapToLong(Long::parseLong).max().orElse(0));
    }

    private static Set<String> values(List<String> lines, String word) {
        var values = new TreeSet<String>();
        lines.stream()
                .filter(line -> line.startsWith(word + " "))
                .forEach(line -> values.add(line.substring(word.length() + 1)));
        return values;
    }
}
