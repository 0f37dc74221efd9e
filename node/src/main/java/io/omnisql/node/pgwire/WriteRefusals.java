package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.ReadReplica;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.SqlState;

/**
 * Why a write is not executed where it stands.
 *
 * @param isReader whether this node is a read replica, which refuses all of them for the same reason
 */
record WriteRefusals(boolean isReader) {
    /** A statement wrote although it stood in a READ ONLY block. */
    SqlError inBlock(ErrorFields fromPostgres) {
        return isReader
                ? ReadReplica.WRITE_REFUSED
                : new SqlError(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "a transaction block cannot write yet: " + fromPostgres.message(),
                        "A block reads from this node's PostgreSQL; a write must go through the log.",
                        "Send writes outside BEGIN ... COMMIT. Several writes in one string, or in one pipeline before Sync, "
                                + "are atomic together.");
    }

    /** A statement wrote, but cannot be executed through the log. */
    SqlError notLoggable(ErrorFields fromPostgres) {
        return isReader
                ? ReadReplica.WRITE_REFUSED
                : new SqlError(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "this statement writes, and in this form it cannot go through the log: "
                                + fromPostgres.message(),
                        null,
                        "Send the write itself.");
    }

    /** A statement wrote after parts of its result had left. */
    SqlError tooLate(ErrorFields fromPostgres) {
        return isReader
                ? ReadReplica.WRITE_REFUSED
                : new SqlError(
                        SqlState.SERIALIZATION_FAILURE,
                        "this statement turned out to write after parts of the result had been sent: "
                                + fromPostgres.message(),
                        "It had no effect.",
                        "Send it again: it will go through the log at once.");
    }
}
