package io.omnisql.node.sql;

import java.util.List;

/** What one entry of the log says: an envelope and the statements that are executed as one transaction. */
public record ReplicatedCommand(CommandEnvelope envelope, List<ReplicatedStatement> statements) {
    /** SQLSTATE of a command whose plan is older than the last definition before it: to be planned and proposed again. */
    public static final String PLAN_OUTDATED = "OM002";

    public ReplicatedCommand {
        statements = List.copyOf(statements);
        if (statements.isEmpty()) {
            throw new IllegalArgumentException("A command needs a statement");
        }
    }
}
