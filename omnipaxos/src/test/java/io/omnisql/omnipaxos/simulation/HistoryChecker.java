package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.simulation.Operation.CompareAndSet;
import io.omnisql.omnipaxos.simulation.Operation.Read;
import io.omnisql.omnipaxos.simulation.Operation.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a history of register operations is linearizable: whether each operation can be given one instant between its
 * call and its answer such that the answers are those of one copy of the data.
 *
 * <p>Search after Wing and Gong, with Lowe's memory of configurations already tried, key by key. The problem is NP-complete,
 * so the search is bounded: beyond the bound the answer is {@link Result.Undecided}, never a guess. Give each write a value of
 * its own where you can: it makes the check sharp and fast.
 */
public final class HistoryChecker {
    /** Bound of {@link #check(List)}, in search steps per key: seconds, not minutes. */
    public static final long STEPS_MAX = 4_000_000;

    /** A shorter explanation is nice to have, so each attempt to shorten it gets little time. */
    private static final long MINIMISING_STEPS_MAX = 10_000;

    private HistoryChecker() {}

    /** What is known of a history. */
    public sealed interface Result {
        /** An order of instants exists for every key. */
        record Linearizable() implements Result {}

        /**
         * No order exists.
         *
         * @param key the register that shows it
         * @param core few operations that contradict each other already; those with {@link Operation#UNKNOWN} completion are
         *     not needed to have completed
         * @param explanation the same as text
         */
        record Violation(String key, List<Operation> core, String explanation) implements Result {}

        /** The bound was met before an order or a contradiction was found. */
        record Undecided(String key, long steps) implements Result {}
    }

    /** Checks with the bound {@link #STEPS_MAX}. */
    public static Result check(List<Operation> history) {
        return check(history, STEPS_MAX);
    }

    /** Checks with at most {@code stepsMax} search steps per key. */
    public static Result check(List<Operation> history, long stepsMax) {
        Map<String, List<Operation>> byKey =
                history.stream().collect(Collectors.groupingBy(Operation::key, TreeMap::new, Collectors.toList()));
        Result result = new Result.Linearizable();
        for (var register : byKey.entrySet()) {
            Result ofKey = checkRegister(register.getKey(), register.getValue(), stepsMax);
            if (ofKey instanceof Result.Violation) {
                return ofKey;
            }
            result = ofKey instanceof Result.Undecided ? ofKey : result;
        }
        return result;
    }

    private static Result checkRegister(String key, List<Operation> operations, long stepsMax) {
        return switch (search(operations, stepsMax)) {
            case POSSIBLE -> new Result.Linearizable();
            case UNDECIDED -> new Result.Undecided(key, stepsMax);
            case IMPOSSIBLE -> {
                List<Operation> core = minimal(operations, Math.min(stepsMax, MINIMISING_STEPS_MAX));
                yield new Result.Violation(key, core, explain(key, core));
            }
        };
    }

    private static RegisterSearch.Verdict search(List<Operation> operations, long stepsMax) {
        return new RegisterSearch(relevant(operations)).run(stepsMax);
    }

    /** Drops what cannot change the verdict: unknown reads, and unknown writes of values that nobody ever saw. */
    private static List<Operation> relevant(List<Operation> operations) {
        boolean conditional = operations.stream().anyMatch(each -> each.action() instanceof CompareAndSet);
        return operations.stream()
                .filter(each -> each.isCompleted()
                        || switch (each.action()) {
                            case Read _ -> false;
                            case Write(var value) -> conditional || isSeen(operations, value);
                            case CompareAndSet _ -> true;
                        })
                .toList();
    }

    private static boolean isSeen(List<Operation> operations, @Nullable String value) {
        return operations.stream()
                .anyMatch(each ->
                        each.isCompleted() && each.action() instanceof Read(var seen) && Objects.equals(seen, value));
    }

    /**
     * Each step makes the claim weaker and keeps it only when a contradiction is still certain: the shortest prefix, then
     * without each answer that is not needed.
     */
    private static List<Operation> minimal(List<Operation> operations, long stepsMax) {
        List<Operation> core = shortestPrefix(operations, stepsMax);
        for (int i = core.size() - 1; i >= 0; i--) {
            List<Operation> weaker = new ArrayList<>(core);
            weaker.set(i, core.get(i).forgotten());
            if (search(weaker, stepsMax) == RegisterSearch.Verdict.IMPOSSIBLE) {
                core = weaker;
            }
        }
        return relevant(core).stream()
                .sorted(Comparator.comparingLong(Operation::invokedAt))
                .toList();
    }

    private static List<Operation> shortestPrefix(List<Operation> operations, long stepsMax) {
        long[] ends = operations.stream()
                .mapToLong(Operation::completedAt)
                .filter(each -> each != Operation.UNKNOWN)
                .sorted()
                .toArray();
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            boolean broken = search(prefix(operations, ends[middle]), stepsMax) == RegisterSearch.Verdict.IMPOSSIBLE;
            low = broken ? low : middle + 1;
            high = broken ? middle : high;
        }
        List<Operation> shortest = prefix(operations, ends[low]);
        return search(shortest, stepsMax) == RegisterSearch.Verdict.IMPOSSIBLE ? shortest : operations;
    }

    /** What was known at {@code time}. */
    private static List<Operation> prefix(List<Operation> operations, long time) {
        return operations.stream()
                .filter(each -> each.invokedAt() <= time)
                .map(each -> each.completedAt() <= time ? each : each.forgotten())
                .toList();
    }

    private static String explain(String key, List<Operation> core) {
        return core.stream()
                .map(each -> "  process %d [%d, %s] %s"
                        .formatted(
                                each.process(),
                                each.invokedAt(),
                                each.isCompleted() ? Long.toString(each.completedAt()) : "?",
                                each.action()))
                .collect(Collectors.joining(
                        "\n", "No order of these operations on key " + key + " explains them:\n", ""));
    }
}
