package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.simulation.Operation.CompareAndSet;
import io.omnisql.omnipaxos.simulation.Operation.Read;
import io.omnisql.omnipaxos.simulation.Operation.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search for one order of the operations of one register: depth first over "which pending operation took effect next",
 * going back when an answer comes whose operation could not take effect before it.
 */
final class RegisterSearch {
    private final List<Operation> operations;
    private final Event head;
    private final BitSet done = new BitSet();
    private final Set<Tried> tried = new HashSet<>(); // Asked for membership only, so its order does not matter.
    private final Deque<Choice> choices = new ArrayDeque<>();
    private int answersLeft;
    private @Nullable String value;

    /** What a search found. */
    enum Verdict {
        POSSIBLE,
        IMPOSSIBLE,
        UNDECIDED
    }

    private record Tried(BitSet done, @Nullable String value) {}

    private record Choice(Event call, @Nullable String valueBefore) {}

    RegisterSearch(List<Operation> operations) {
        this.operations = operations;
        this.head = chain(operations);
        this.answersLeft =
                (int) operations.stream().filter(Operation::isCompleted).count();
    }

    Verdict run(long stepsMax) {
        Event event = firstChoice();
        for (long step = 0; answersLeft > 0; step++) {
            if (step >= stepsMax) {
                return Verdict.UNDECIDED;
            }
            if (event != null && !event.isAnswer) {
                event = takeEffect(event) ? firstChoice() : event.next;
            } else if (choices.isEmpty()) {
                return Verdict.IMPOSSIBLE;
            } else {
                Event undone = undo();
                event = isObservation(operations.get(undone.operation)) ? null : undone.next;
            }
        }
        return Verdict.POSSIBLE;
    }

    /**
     * An operation that changes nothing and may take effect now does no harm by doing so. So it goes first, and when that
     * leads nowhere no other choice at this point can help either.
     */
    private @Nullable Event firstChoice() {
        for (Event each = head.next; each != null && !each.isAnswer; each = each.next) {
            Operation operation = operations.get(each.operation);
            if (isObservation(operation) && allows(operation)) {
                return each;
            }
        }
        return head.next;
    }

    private static boolean isObservation(Operation operation) {
        return switch (operation.action()) {
            case Read _ -> true;
            case Write _ -> false;
            case CompareAndSet conditional -> operation.isCompleted() && !conditional.succeeded();
        };
    }

    /** Lets the operation of {@code call} be the next one, unless its answer forbids it or this was tried before. */
    private boolean takeEffect(Event call) {
        Operation operation = operations.get(call.operation);
        if (!allows(operation)) {
            return false;
        }
        String after = valueAfter(operation);
        BitSet doneAfter = (BitSet) done.clone();
        doneAfter.set(call.operation);
        if (!tried.add(new Tried(doneAfter, after))) {
            return false;
        }
        choices.push(new Choice(call, value));
        done.set(call.operation);
        value = after;
        answersLeft -= operation.isCompleted() ? 1 : 0;
        call.unlink();
        return true;
    }

    private Event undo() {
        Choice choice = choices.pop();
        Event call = choice.call;
        done.clear(call.operation);
        value = choice.valueBefore;
        answersLeft += operations.get(call.operation).isCompleted() ? 1 : 0;
        call.relink();
        return call;
    }

    private boolean allows(Operation operation) {
        return switch (operation.action()) {
            case Read(var seen) -> Objects.equals(seen, value);
            case Write _ -> true;
            case CompareAndSet conditional ->
                Objects.equals(conditional.expected(), value) == (conditional.succeeded() || !operation.isCompleted());
        };
    }

    private @Nullable String valueAfter(Operation operation) {
        return switch (operation.action()) {
            case Read _ -> value;
            case Write(var written) -> written;
            case CompareAndSet conditional ->
                Objects.equals(conditional.expected(), value) ? conditional.update() : value;
        };
    }

    /** Calls and answers in the order of time, at equal times calls first: what touches counts as concurrent. */
    private static Event chain(List<Operation> operations) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            Event call = new Event(i, operation.invokedAt(), false);
            events.add(call);
            if (operation.isCompleted()) {
                call.answer = new Event(i, operation.completedAt(), true);
                events.add(call.answer);
            }
        }
        events.sort(Comparator.<Event>comparingLong(each -> each.time).thenComparing(each -> each.isAnswer));
        Event head = new Event(-1, Long.MIN_VALUE, false);
        Event last = head;
        for (Event event : events) {
            last.next = event;
            event.previous = last;
            last = event;
        }
        return head;
    }

    /** A call or an answer in a doubly linked chain, from which a call and its answer can be taken and put back. */
    private static final class Event {
        private final int operation;
        private final long time;
        private final boolean isAnswer;
        private @Nullable Event answer;
        private @Nullable Event previous;
        private @Nullable Event next;

        Event(int operation, long time, boolean isAnswer) {
            this.operation = operation;
            this.time = time;
            this.isAnswer = isAnswer;
        }

        void unlink() {
            takeOut();
            if (answer != null) {
                answer.takeOut();
            }
        }

        void relink() {
            if (answer != null) {
                answer.putBack();
            }
            putBack();
        }

        private void takeOut() {
            Objects.requireNonNull(previous).next = next;
            if (next != null) {
                next.previous = previous;
            }
        }

        private void putBack() {
            Objects.requireNonNull(previous).next = this;
            if (next != null) {
                next.previous = this;
            }
        }
    }
}
