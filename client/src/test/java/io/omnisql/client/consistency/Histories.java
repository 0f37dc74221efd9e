package io.omnisql.client.consistency;

import io.omnisql.client.connection.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a history by hand: each operation comes after those before it, unless times are given. */
final class Histories {
    private final List<Operation> operations = new ArrayList<>();
    private long time;

    List<Operation> operations() {
        return operations;
    }

    Histories then(Action action, String key, @Nullable String input, @Nullable String output) {
        return at(time + 10, time + 15).add(action, key, input, output);
    }

    Histories failed(Action action, String key, String input) {
        return then(action, key, input, null).last(Outcome.FAILED);
    }

    Histories unknown(Action action, String key, String input) {
        return then(action, key, input, null).last(Outcome.UNKNOWN);
    }

    Histories compareAndSet(String key, String expected, String update, boolean succeeded) {
        then(Action.COMPARE_AND_SET, key, update, Boolean.toString(succeeded));
        Operation old = operations.removeLast();
        operations.add(new Operation(
                old.process(),
                old.node(),
                old.action(),
                old.key(),
                old.input(),
                expected,
                old.output(),
                old.invokedNanos(),
                old.completedNanos(),
                old.outcome(),
                old.sqlState()));
        return this;
    }

    /** For the next operation. */
    Timed at(long from, long to) {
        return new Timed(from, to);
    }

    private Histories last(Outcome outcome) {
        Operation old = operations.removeLast();
        operations.add(new Operation(
                old.process(),
                old.node(),
                old.action(),
                old.key(),
                old.input(),
                old.expected(),
                null,
                old.invokedNanos(),
                old.completedNanos(),
                outcome,
                "08006"));
        return this;
    }

    final class Timed {
        private final long from;
        private final long to;

        private Timed(long from, long to) {
            this.from = from;
            this.to = to;
        }

        Histories add(Action action, String key, @Nullable String input, @Nullable String output) {
            operations.add(
                    new Operation(operations.size(), "n", action, key, input, null, output, from, to, Outcome.OK, ""));
            time = Math.max(time, to);
            return Histories.this;
        }
    }
}
