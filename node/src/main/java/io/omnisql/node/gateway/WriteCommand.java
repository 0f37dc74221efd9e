package io.omnisql.node.gateway;

import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import io.omnisql.node.sql.RequestId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statements of a client that belong into the log as one atomic entry.
 *
 * @param requestId drawn by the client's session: its random identity and the number of this command
 * @param idempotencyKey the client's own key, or null; then {@code requestId} is not used
 * @param statements as the client wrote them
 * @param deadlineNanos on {@link System#nanoTime}'s clock; then the outcome is told as far as it is known
 * @param session that waits. It is told the outcome as soon as that is certain, maybe before it shows: its later reads must ask for the
 *     outcome's applied index ({@link ReadRequest#notBefore}). Null when any thread may be told; then the outcome is told when it shows
 */
public record WriteCommand(
        ClientFacts client,
        RequestId requestId,
        @Nullable String idempotencyKey,
        List<WriteStatement> statements,
        long deadlineNanos,
        @Nullable WaitingSession session) {
    public WriteCommand {
        statements = List.copyOf(statements);
    }

    /** A command whose outcome any thread may tell, when it shows here. */
    public WriteCommand(
            ClientFacts client,
            RequestId requestId,
            @Nullable String idempotencyKey,
            List<WriteStatement> statements,
            long deadlineNanos) {
        this(client, requestId, idempotencyKey, statements, deadlineNanos, null);
    }

    /** One statement, its parameters and the result formats that the client asked for (as in the Bind message). */
    public record WriteStatement(String sql, List<Parameter> parameters, List<Integer> resultFormats) {
        public WriteStatement {
            parameters = List.copyOf(parameters);
            resultFormats = List.copyOf(resultFormats);
        }
    }
}
