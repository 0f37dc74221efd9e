package io.omnisql.node.http;

import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.http.ResultTable.Cell;
import io.omnisql.node.http.ResultTable.Column;
import io.omnisql.node.http.ResultTable.Notice;
import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.BackendMessage.CommandComplete;
import io.omnisql.node.pgprotocol.BackendMessage.DataRow;
import io.omnisql.node.pgprotocol.BackendMessage.NoticeResponse;
import io.omnisql.node.pgprotocol.BackendMessage.RowDescription;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.FrameSplitter;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.pgprotocol.ProtocolViolation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads PostgreSQL's own messages of a statement. */
final class ResultReader {
    private static final int MESSAGE_BYTES_MAX = Integer.MAX_VALUE - 8; // The result as a whole is bounded already.

    private String command = "";
    private @Nullable List<Column> columns;
    private @Nullable List<List<@Nullable Cell>> rows;
    private final List<Notice> notices = new ArrayList<>();

    private ResultReader() {}

    /** What a statement that succeeded gave; {@link ProtocolViolation} when it is not what a statement gives over HTTP. */
    static ResultTable table(StatementResult result) {
        var reader = new ResultReader();
        messages(result.wire()).forEach(reader::take);
        return new ResultTable(reader.command, reader.columns, reader.rows, reader.notices);
    }

    /** Why a statement failed. */
    static ErrorFields error(StatementResult result) {
        for (BackendMessage message : messages(result.wire())) {
            if (message instanceof BackendMessage.ErrorResponse(ErrorFields fields)) {
                return fields;
            }
        }
        String sqlState = result.sqlState();
        return ErrorFields.error(sqlState == null ? "XX000" : sqlState, "the statement failed without a message");
    }

    private static List<BackendMessage> messages(byte[] wire) {
        var splitter = FrameSplitter.ofBackend(MESSAGE_BYTES_MAX);
        splitter.push(wire);
        List<BackendMessage> messages = new ArrayList<>();
        for (Piece piece = splitter.next(); piece != null; piece = splitter.next()) {
            if (piece instanceof Piece.Frame frame) {
                messages.add(BackendDecoder.UTF_8.decode(frame.type(), frame.body()));
            }
        }
        if (!splitter.isEmpty()) {
            throw new ProtocolViolation("A result ends in the middle of a message");
        }
        return messages;
    }

    private void take(BackendMessage message) {
        switch (message) {
            case RowDescription(List<BackendMessage.Column> described) -> begin(described);
            case DataRow(List<byte @Nullable []> values) -> row(values);
            case CommandComplete(String tag) -> command = tag;
            case NoticeResponse(ErrorFields fields) ->
                notices.add(new Notice(fields.severity(), fields.sqlState(), fields.message()));
            case BackendMessage.CopyOutResponse copy -> throw noCopy();
            case BackendMessage.CopyInResponse copy -> throw noCopy();
            default -> {} // Steps of the extended protocol say nothing about the result.
        }
    }

    private static ProtocolViolation noCopy() {
        return new ProtocolViolation("0A000", "COPY is not possible over HTTP: use the SQL port");
    }

    private void begin(List<BackendMessage.Column> described) {
        columns = described.stream()
                .map(column -> new Column(
                        column.name(), BuiltInType.name(column.type()), Integer.toUnsignedLong(column.type())))
                .toList();
        rows = new ArrayList<>();
    }

    private void row(List<byte @Nullable []> values) {
        List<Column> known = columns;
        List<List<@Nullable Cell>> table = rows;
        if (known == null || table == null || values.size() != known.size()) {
            throw new ProtocolViolation("A row does not suit its description");
        }
        List<@Nullable Cell> row = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            row.add(value == null ? null : new Cell((int) known.get(i).typeOid(), value));
        }
        table.add(row);
    }
}
