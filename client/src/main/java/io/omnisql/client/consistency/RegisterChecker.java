package io.omnisql.client.consistency;

import io.omnisql.client.connection.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Linearizability of registers whose values are written once only, in O(n log n): Gibbons and Korach, "Testing shared memories",
 * SIAM J. Comput. 26 (1997). A value's write and reads form a cluster. If some of them do not overlap, the value surely held in
 * the zone between (forward); two values cannot hold at once, nor can a whole cluster (backward) lie within another's zone.
 *
 * <p>For reads and writes that is exact. A compare-and-set is taken as a read and a write, and two that replace the same value
 * contradict each other; one that found another value is not used, so for these the verdict "right" may be too kind.
 */
final class RegisterChecker {
    private static final String ABSENT = "(absent)";

    private final String key;
    private final Map<String, Cluster> clusters = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    private RegisterChecker(String key) {
        this.key = key;
        Cluster absent = cluster(ABSENT);
        absent.writeInvoked = Long.MIN_VALUE;
        absent.earliestEnd = Long.MIN_VALUE;
        absent.isWritten = true;
    }

    /** What is known of one value. Times are nanoseconds of the history. */
    private static final class Cluster {
        private final String value;
        private boolean isWritten;
        private boolean isRefused;
        private long writeInvoked = Long.MAX_VALUE;
        private long earliestEnd = Long.MAX_VALUE;
        private long earliestReadEnd = Long.MAX_VALUE;
        private long latestStart = Long.MIN_VALUE;
        private @Nullable Operation reader;
        private @Nullable Operation replacedBy;

        private Cluster(String value) {
            this.value = value;
        }

        private void include(long start, long end) {
            latestStart = Math.max(latestStart, start);
            earliestEnd = Math.min(earliestEnd, end);
        }

        private boolean isForward() {
            return earliestEnd < latestStart;
        }
    }

    static List<String> check(List<Operation> history, boolean readsAreLinearizable) {
        Map<String, RegisterChecker> checkers = new TreeMap<>();
        for (Operation operation : history) {
            checkers.computeIfAbsent(operation.key(), RegisterChecker::new).addWrite(operation);
        }
        List<String> violations = new ArrayList<>();
        for (Operation operation : history) {
            RegisterChecker checker = checkers.get(operation.key());
            boolean counts = operation.action() != Action.READ || readsAreLinearizable;
            if (checker != null) {
                checker.addRead(operation, counts);
            }
        }
        for (RegisterChecker checker : checkers.values()) {
            checker.judge();
            violations.addAll(checker.violations);
        }
        return violations;
    }

    private Cluster cluster(String value) {
        return clusters.computeIfAbsent(value, Cluster::new);
    }

    private void addWrite(Operation operation) {
        if (operation.input() == null || "false".equals(operation.output())) {
            return;
        }
        Cluster written = cluster(operation.input());
        if (operation.outcome() == Outcome.FAILED) {
            written.isRefused = true;
            return;
        }
        written.isWritten = true;
        written.writeInvoked = operation.invokedNanos();
        written.include(operation.invokedNanos(), operation.effectiveBy());
    }

    /** {@code counts} is false for a read that may be stale: it must show something written, no more. */
    private void addRead(Operation operation, boolean counts) {
        switch (operation.action()) {
            case READ, FINAL_READ -> {
                if (operation.isOk()) {
                    seen(operation.output() == null ? ABSENT : operation.output(), operation, counts);
                }
            }
            case COMPARE_AND_SET -> {
                if (operation.isOk() && "true".equals(operation.output()) && operation.expected() != null) {
                    seen(operation.expected(), operation, true);
                    replaced(cluster(operation.expected()), operation);
                }
            }
            case WRITE -> {
                // Its cluster has it already.
            }
            case TRANSFER, ADD, CONTAINS, APPEND ->
                throw new IllegalArgumentException("Not a register's: " + operation.describe());
        }
    }

    private void seen(String value, Operation operation, boolean counts) {
        Cluster cluster = cluster(value);
        cluster.reader = operation;
        cluster.earliestReadEnd = Math.min(cluster.earliestReadEnd, operation.completedNanos());
        if (counts) {
            cluster.include(operation.invokedNanos(), operation.completedNanos());
        }
    }

    private void replaced(Cluster cluster, Operation operation) {
        if (cluster.replacedBy != null) {
            violations.add("Two replaced the same value of %s: %s and %s"
                    .formatted(key, cluster.replacedBy.describe(), operation.describe()));
        }
        cluster.replacedBy = operation;
    }

    private void judge() {
        for (Cluster cluster : clusters.values()) {
            judgeOrigin(cluster);
        }
        List<Cluster> forward = clusters.values().stream()
                .filter(cluster -> cluster.isWritten && cluster.isForward())
                .sorted(Comparator.comparingLong(cluster -> cluster.earliestEnd))
                .toList();
        for (int i = 1; i < forward.size(); i++) {
            judgePair(forward.get(i - 1), forward.get(i));
        }
        for (Cluster cluster : clusters.values()) {
            if (cluster.isWritten && !cluster.isForward()) {
                judgeBackward(cluster, forward);
            }
        }
    }

    private void judgeOrigin(Cluster cluster) {
        Operation reader = cluster.reader;
        if (reader == null) {
            return;
        }
        if (!cluster.isWritten) {
            String origin = cluster.isRefused ? "was refused" : "nobody wrote";
            violations.add("A value of " + key + " that " + origin + " was seen: " + reader.describe());
        } else if (cluster.earliestReadEnd < cluster.writeInvoked) {
            violations.add(
                    "Value " + cluster.value + " of " + key + " was seen before it was written: " + reader.describe());
        }
    }

    private void judgePair(Cluster first, Cluster second) {
        if (second.earliestEnd < first.latestStart) {
            violations.add("Values %s and %s of %s held at the same time, so one of their reads was stale: %s; %s"
                    .formatted(first.value, second.value, key, described(first), described(second)));
        }
    }

    /** No two forward zones overlap here, or that has been told; so only the last one that begins before can enclose it. */
    private void judgeBackward(Cluster inner, List<Cluster> forward) {
        int low = 0;
        int high = forward.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            boolean begins = forward.get(middle).earliestEnd < inner.latestStart;
            low = begins ? middle + 1 : low;
            high = begins ? high : middle;
        }
        if (low > 0 && inner.earliestEnd < forward.get(low - 1).latestStart) {
            violations.add("Value %s of %s was lost, or %s was read after it: %s"
                    .formatted(inner.value, key, forward.get(low - 1).value, described(forward.get(low - 1))));
        }
    }

    private static String described(Cluster cluster) {
        Operation reader = cluster.reader;
        return reader == null ? cluster.value + " was not read" : reader.describe();
    }
}
