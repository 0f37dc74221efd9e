package io.omnisql.client.consistency;

import io.omnisql.client.connection.Outcome;
import io.omnisql.omnipaxos.simulation.Operation.CompareAndSet;
import io.omnisql.omnipaxos.simulation.Operation.Read;
import io.omnisql.omnipaxos.simulation.Operation.Write;
import java.util.List;

/** A client's register history in the terms of the linearizability checker. */
final class Checkable {
    private Checkable() {}

    static List<io.omnisql.omnipaxos.simulation.Operation> of(List<Operation> history) {
        return history.stream()
                .filter(operation -> operation.outcome() != Outcome.FAILED)
                .map(operation -> new io.omnisql.omnipaxos.simulation.Operation(
                        operation.process(),
                        operation.key(),
                        action(operation),
                        operation.invokedNanos(),
                        operation.isOk()
                                ? operation.completedNanos()
                                : io.omnisql.omnipaxos.simulation.Operation.UNKNOWN))
                .toList();
    }

    private static io.omnisql.omnipaxos.simulation.Operation.Action action(Operation operation) {
        return switch (operation.action()) {
            case READ, FINAL_READ -> new Read(operation.output());
            case WRITE -> new Write(operation.input());
            case COMPARE_AND_SET ->
                new CompareAndSet(operation.expected(), operation.input(), !"false".equals(operation.output()));
            case TRANSFER, ADD, CONTAINS, APPEND -> throw new IllegalArgumentException(operation.describe());
        };
    }
}
