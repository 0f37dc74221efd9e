package io.omnisql.node.sql;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the lint has found so far. The first reason against a statement is the one that the client is told. */
final class Findings {
    private Verdict.@Nullable Unsafe unsafe;
    private boolean needsInputs;
    private int chancePlaces;
    private final boolean hasSpecialLiteral;
    private final SortedSet<Integer> dateParameters = new TreeSet<>();

    /** @param hasSpecialLiteral whether the statement's text holds a literal like 'now' that turned out to be no date by itself */
    Findings(boolean hasSpecialLiteral) {
        this.hasSpecialLiteral = hasSpecialLiteral;
    }

    boolean hasSpecialLiteral() {
        return hasSpecialLiteral;
    }

    void refuse(String reason, String hint) {
        if (unsafe == null) {
            unsafe = new Verdict.Unsafe(reason, hint);
        }
    }

    void needsInputs() {
        needsInputs = true;
    }

    /** Another query asks for chance: two of them draw in an order that is the planner's. */
    void addChancePlace() {
        if (++chancePlaces > 1) {
            refuse(
                    "two parts of the statement draw random values, in an order that may differ between nodes",
                    "Use two statements.");
        }
    }

    void addDateParameter(int number) {
        dateParameters.add(number);
    }

    Verdict verdict() {
        return unsafe != null ? unsafe : new Verdict.Safe(needsInputs, List.copyOf(dateParameters));
    }
}
