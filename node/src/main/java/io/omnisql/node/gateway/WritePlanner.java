package io.omnisql.node.gateway;

import io.omnisql.node.sql.ReplicatedStatement;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Decides whether all replicas would do the same with a client's statements, and what they shall execute. */
public interface WritePlanner {

    /** Never fails but by a broken PostgreSQL; a statement that cannot be replicated safely is refused with its reason. */
    CompletionStage<Planned> plan(WriteCommand command);

    /** The verdict. */
    sealed interface Planned {
        /** What every replica executes, and whether it needs the envelope's time or seed. */
        record Ready(List<ReplicatedStatement> statements, boolean needsInputs) implements Planned {
            public Ready {
                statements = List.copyOf(statements);
            }
        }

        /** Not safe, or not possible. */
        record Refused(SqlError error) implements Planned {}
    }
}
