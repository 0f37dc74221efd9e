package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.BackendEncoder;
import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.BackendMessage.Column;
import io.omnisql.node.pgprotocol.BackendMessage.CommandComplete;
import io.omnisql.node.pgprotocol.BackendMessage.DataRow;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.BackendMessage.NoticeResponse;
import io.omnisql.node.pgprotocol.BackendMessage.ReadyForQuery;
import io.omnisql.node.pgprotocol.BackendMessage.RowDescription;
import io.omnisql.node.pgprotocol.BackendMessage.TransactionStatus;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The messages that this room says itself, ready for the wire. */
final class Answers {
    private static final int TEXT_OID = 25;

    private Answers() {}

    static byte[] error(SqlError error) {
        return encoded(new ErrorResponse(ErrorFields.error(error.sqlState(), error.message())
                .withDetail(error.detail())
                .withHint(error.hint())));
    }

    /** What PostgreSQL says when a portal without rows is executed once more. */
    static SqlError portalRunOut(String portal) {
        return SqlError.of(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "portal \"" + portal + "\" cannot be run");
    }

    static byte[] fatal(SqlError error) {
        return encoded(new ErrorResponse(ErrorFields.fatal(error.sqlState(), error.message())
                .withDetail(error.detail())
                .withHint(error.hint())));
    }

    static byte[] warning(SqlError error) {
        return encoded(new NoticeResponse(
                ErrorFields.notice("WARNING", error.sqlState(), error.message()).withHint(error.hint())));
    }

    static byte[] ready(TransactionStatus status) {
        return encoded(new ReadyForQuery(status));
    }

    /** A column of text as SHOW describes it. */
    static byte[] shownColumn(String name) {
        return encoded(new RowDescription(List.of(new Column(name, 0, 0, TEXT_OID, -1, -1, 0))));
    }

    static byte[] shownValue(String value) {
        byte[] row = encoded(new DataRow(List.of(value.getBytes(StandardCharsets.UTF_8))));
        byte[] end = encoded(new CommandComplete("SHOW"));
        byte[] both = new byte[row.length + end.length];
        System.arraycopy(row, 0, both, 0, row.length);
        System.arraycopy(end, 0, both, row.length, end.length);
        return both;
    }

    static byte[] encoded(BackendMessage message) {
        return BackendEncoder.encode(message);
    }
}
