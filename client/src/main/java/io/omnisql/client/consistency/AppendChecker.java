package io.omnisql.client.consistency;

import io.omnisql.client.connection.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * All reads of a list are prefixes of one list; that list holds every acknowledged element once, none that was refused or
 * never appended, and in an order that real time allows; no read is older than what was known before it began.
 */
final class AppendChecker {
    private final String key;
    private final Map<String, Operation> appends = new HashMap<>();
    private final List<Operation> reads = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    private AppendChecker(String key) {
        this.key = key;
    }

    static List<String> check(List<Operation> history, boolean readsAreLinearizable) {
        Map<String, AppendChecker> checkers = new TreeMap<>();
        for (Operation operation : history) {
            checkers.computeIfAbsent(operation.key(), AppendChecker::new).add(operation);
        }
        List<String> violations = new ArrayList<>();
        for (AppendChecker checker : checkers.values()) {
            checker.judge(readsAreLinearizable);
            violations.addAll(checker.violations);
        }
        return violations;
    }

    private void add(Operation operation) {
        if (operation.action() == Action.APPEND) {
            appends.put(Objects.requireNonNull(operation.input()), operation);
        } else if (operation.isOk()) {
            reads.add(operation);
        }
    }

    private void judge(boolean readsAreLinearizable) {
        List<String> longest = List.of();
        for (Operation read : reads) {
            longest = elements(read).size() > longest.size() ? elements(read) : longest;
        }
        judgeElements(longest);
        judgeRealTime(longest);
        for (Operation read : reads) {
            List<String> elements = elements(read);
            if (!elements.equals(longest.subList(0, elements.size()))) {
                violations.add("Two orders of " + key + ": " + read.describe() + " against " + longest);
            }
        }
        List<Operation> fresh = reads.stream()
                .filter(read -> readsAreLinearizable || read.action() == Action.FINAL_READ)
                .toList();
        judgeAcknowledged(fresh, longest);
        judgeMonotonic(fresh);
    }

    private void judgeElements(List<String> longest) {
        Set<String> found = new HashSet<>();
        for (String element : longest) {
            Operation append = appends.get(element);
            if (!found.add(element)) {
                violations.add("Element " + element + " is in " + key + " twice");
            }
            if (append == null) {
                violations.add("Element " + element + " in " + key + " was never appended");
            } else if (append.outcome() == Outcome.FAILED) {
                violations.add("Element " + element + " in " + key + " was refused: " + append.describe());
            }
        }
    }

    /** From the end to the front: no element may have been acknowledged before one in front of it was even invoked. */
    private void judgeRealTime(List<String> longest) {
        Operation earliest = null;
        for (String element : longest.reversed()) {
            Operation append = appends.get(element);
            if (append == null) {
                continue;
            }
            if (earliest != null && earliest.precedes(append)) {
                violations.add("Order of " + key + " against time: " + append.describe() + " stands before "
                        + earliest.describe());
            }
            boolean isEarlier = earliest == null || append.effectiveBy() < earliest.effectiveBy();
            earliest = isEarlier ? append : earliest;
        }
    }

    private void judgeAcknowledged(List<Operation> fresh, List<String> longest) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < longest.size(); i++) {
            places.put(longest.get(i), i);
        }
        for (Operation read : fresh) {
            int size = elements(read).size();
            for (Operation append : appends.values()) {
                int place = places.getOrDefault(Objects.requireNonNull(append.input()), Integer.MAX_VALUE);
                if (append.precedes(read) && place >= size) {
                    violations.add("Acknowledged, but missing: " + append.describe() + " in " + read.describe());
                }
            }
        }
    }

    private void judgeMonotonic(List<Operation> fresh) {
        List<Operation> byEnd = new ArrayList<>(fresh);
        byEnd.sort(Comparator.comparingLong(Operation::completedNanos));
        List<Operation> byStart = new ArrayList<>(fresh);
        byStart.sort(Comparator.comparingLong(Operation::invokedNanos));
        int next = 0;
        int longest = 0;
        for (Operation read : byStart) {
            while (next < byEnd.size() && byEnd.get(next).precedes(read)) {
                longest = Math.max(longest, elements(byEnd.get(next++)).size());
            }
            if (elements(read).size() < longest) {
                violations.add("Shorter than an earlier read of " + longest + " elements: " + read.describe());
            }
        }
    }

    private static List<String> elements(Operation read) {
        String output = read.output();
        return output == null || output.isEmpty() ? List.of() : List.of(output.split(",", -1));
    }
}
