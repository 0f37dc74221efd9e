package io.omnisql.node.apply;

import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.pgprotocol.BackendEncoder;
import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.sql.ReplicatedCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Errors that the applier itself gives as a command's result. */
final class Refusal {
    /** SQLSTATE of a command that was given up. */
    static final String CANCELLED = "57014";

    private Refusal() {}

    static List<StatementResult> expired(long windowSlots) {
        return error(
                "40003",
                "The command reached the log more than " + windowSlots
                        + " entries after it was first proposed: not executed now,"
                        + " whether an earlier attempt was executed is not known any more");
    }

    static List<StatementResult> resultNotKept() {
        return error(
                "54000",
                "The command was executed before, but its result was too large, or is too old, to be kept for a repetition");
    }

    /** Never seen by a client unless definitions follow each other without end: its coordinator plans and proposes it again. */
    static StatementResult planOutdated() {
        return error(
                        ReplicatedCommand.PLAN_OUTDATED,
                        "A definition was applied after this command was planned: not executed")
                .getFirst();
    }

    static StatementResult resultTooLarge() {
        return error("54000", "The result of a write is larger than the limit on results")
                .getFirst();
    }

    /** @param met how it failed at this node, if it did */
    static StatementResult cancelled(@Nullable Failure met) {
        String why = met == null ? "" : "; PostgreSQL had said " + met.sqlState() + " " + met.shortText();
        return error(CANCELLED, "canceling statement by agreement of all members: it has no effect" + why)
                .getFirst();
    }

    static StatementResult noCopy() {
        return error("0A000", "COPY cannot be part of a replicated command").getFirst();
    }

    static StatementResult noSession(String user) {
        return error("28000", "Role \"" + user + "\" does not exist or may not log in")
                .getFirst();
    }

    static List<StatementResult> error(String sqlState, String message) {
        byte[] wire = BackendEncoder.encode(new BackendMessage.ErrorResponse(ErrorFields.error(sqlState, message)));
        return List.of(new StatementResult(wire, sqlState));
    }
}
