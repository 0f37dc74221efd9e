package io.omnisql.client.consistency;

import io.omnisql.client.connection.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Every acknowledged element is there in the end, none twice, none that was refused or never added; no look is stale. */
final class SetChecker {
    private final Map<String, Operation> additions = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    private SetChecker() {}

    static List<String> check(List<Operation> history, boolean readsAreLinearizable) {
        SetChecker checker = new SetChecker();
        for (Operation operation : history) {
            if (operation.action() == Action.ADD) {
                checker.additions.put(Objects.requireNonNull(operation.input()), operation);
            }
        }
        for (Operation operation : history) {
            if (operation.isOk() && operation.action() == Action.CONTAINS) {
                checker.checkLook(operation, readsAreLinearizable);
            } else if (operation.isOk() && operation.action() == Action.FINAL_READ) {
                checker.checkFinal(operation);
            }
        }
        return checker.violations;
    }

    private void checkLook(Operation look, boolean readsAreLinearizable) {
        long count = Long.parseLong(Objects.requireNonNull(look.output()));
        Operation addition = additions.get(Objects.requireNonNull(look.input()));
        if (count > 1) {
            violations.add("Element " + look.input() + " is there " + count + " times: " + look.describe());
        }
        if (count == 0 && readsAreLinearizable && addition != null && addition.precedes(look)) {
            violations.add("Stale read: " + look.describe() + " after " + addition.describe());
        }
    }

    private void checkFinal(Operation read) {
        Set<String> found = new HashSet<>();
        String output = Objects.requireNonNull(read.output());
        for (String element : output.isEmpty() ? new String[0] : output.split(",", -1)) {
            if (!found.add(element)) {
                violations.add("Element " + element + " is there twice at " + read.node());
            }
            checkOrigin(element, read);
        }
        for (Operation addition : additions.values()) {
            if (addition.isOk() && !found.contains(addition.input())) {
                violations.add("Lost at " + read.node() + ": acknowledged " + addition.describe());
            }
        }
    }

    private void checkOrigin(String element, Operation read) {
        Operation addition = additions.get(element);
        if (addition == null) {
            violations.add("Element " + element + " at " + read.node() + " was never added");
        } else if (addition.outcome() == Outcome.FAILED) {
            violations.add("Element " + element + " at " + read.node() + " was refused: " + addition.describe());
        }
    }
}
