package io.omnisql.node.pgprotocol;

import io.omnisql.node.pgprotocol.BackendMessage.Authentication;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationCleartextPassword;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationMD5Password;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationOk;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationOther;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationSASL;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationSASLContinue;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationSASLFinal;
import io.omnisql.node.pgprotocol.BackendMessage.BackendKeyData;
import io.omnisql.node.pgprotocol.BackendMessage.BindComplete;
import io.omnisql.node.pgprotocol.BackendMessage.CloseComplete;
import io.omnisql.node.pgprotocol.BackendMessage.Column;
import io.omnisql.node.pgprotocol.BackendMessage.CommandComplete;
import io.omnisql.node.pgprotocol.BackendMessage.CopyBothResponse;
import io.omnisql.node.pgprotocol.BackendMessage.CopyInResponse;
import io.omnisql.node.pgprotocol.BackendMessage.CopyOutResponse;
import io.omnisql.node.pgprotocol.BackendMessage.DataRow;
import io.omnisql.node.pgprotocol.BackendMessage.EmptyQueryResponse;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.BackendMessage.FunctionCallResponse;
import io.omnisql.node.pgprotocol.BackendMessage.NegotiateProtocolVersion;
import io.omnisql.node.pgprotocol.BackendMessage.NoData;
import io.omnisql.node.pgprotocol.BackendMessage.NoticeResponse;
import io.omnisql.node.pgprotocol.BackendMessage.NotificationResponse;
import io.omnisql.node.pgprotocol.BackendMessage.ParameterDescription;
import io.omnisql.node.pgprotocol.BackendMessage.ParameterStatus;
import io.omnisql.node.pgprotocol.BackendMessage.ParseComplete;
import io.omnisql.node.pgprotocol.BackendMessage.PortalSuspended;
import io.omnisql.node.pgprotocol.BackendMessage.ReadyForQuery;
import io.omnisql.node.pgprotocol.BackendMessage.RowDescription;
import io.omnisql.node.pgprotocol.BackendMessage.TransactionStatus;
import io.omnisql.node.pgprotocol.FrontendMessage.CopyData;
import io.omnisql.node.pgprotocol.FrontendMessage.CopyDone;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Bytes of a server to messages. Every malformed body is a {@link ProtocolViolation}. Texts are in the session's encoding. */
public record BackendDecoder(Charset charset) {
    /** For sessions in UTF-8. */
    public static final BackendDecoder UTF_8 = new BackendDecoder(StandardCharsets.UTF_8);

    /** A column's name (at least its terminator) and six numbers. */
    private static final int COLUMN_BYTES_MIN = 19;

    /** Decodes the body of a message, without type and length. */
    public BackendMessage decode(byte type, ByteBuffer body) {
        var in = new WireReader(body, charset);
        BackendMessage message = decode(type, in);
        in.end();
        return message;
    }

    private static BackendMessage decode(byte type, WireReader in) {
        return switch (type) {
            case 'R' -> authentication(in);
            case 'K' -> new BackendKeyData(in.int32(), in.rest());
            case '2' -> new BindComplete();
            case '3' -> new CloseComplete();
            case 'C' -> new CommandComplete(in.string());
            case 'G' -> new CopyInResponse(in.int8(), in.int16s());
            case 'H' -> new CopyOutResponse(in.int8(), in.int16s());
            case 'W' -> new CopyBothResponse(in.int8(), in.int16s());
            case 'D' -> new DataRow(in.values());
            case 'I' -> new EmptyQueryResponse();
            case 'E' -> new ErrorResponse(fields(in));
            case 'V' -> new FunctionCallResponse(in.value());
            case 'v' -> negotiation(in);
            case 'n' -> new NoData();
            case 'N' -> new NoticeResponse(fields(in));
            case 'A' -> new NotificationResponse(in.int32(), in.string(), in.string());
            case 't' -> new ParameterDescription(in.int32s());
            case 'S' -> new ParameterStatus(in.string(), in.string());
            case '1' -> new ParseComplete();
            case 's' -> new PortalSuspended();
            case 'Z' -> new ReadyForQuery(TransactionStatus.of(in.int8()));
            case 'T' -> rowDescription(in);
            case 'd' -> new CopyData(in.rest());
            case 'c' -> new CopyDone();
            default -> throw new ProtocolViolation("Unknown message type " + (type & 0xFF));
        };
    }

    private static Authentication authentication(WireReader in) {
        int code = in.int32();
        return switch (code) {
            case 0 -> new AuthenticationOk();
            case 3 -> new AuthenticationCleartextPassword();
            case 5 -> new AuthenticationMD5Password(in.bytes(4));
            case 10 -> new AuthenticationSASL(strings(in));
            case 11 -> new AuthenticationSASLContinue(in.rest());
            case 12 -> new AuthenticationSASLFinal(in.rest());
            default -> new AuthenticationOther(code, in.rest());
        };
    }

    private static List<String> strings(WireReader in) {
        List<String> strings = new ArrayList<>();
        String next = in.string();
        while (!next.isEmpty()) {
            strings.add(next);
            next = in.string();
        }
        return strings;
    }

    private static NegotiateProtocolVersion negotiation(WireReader in) {
        int minor = in.int32();
        int count = in.count32(1);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.string());
        }
        return new NegotiateProtocolVersion(minor, names);
    }

    private static ErrorFields fields(WireReader in) {
        Map<Character, String> fields = new TreeMap<>();
        byte code = in.int8();
        while (code != 0) {
            fields.put((char) (code & 0xFF), in.string());
            code = in.int8();
        }
        return new ErrorFields(fields);
    }

    private static RowDescription rowDescription(WireReader in) {
        int count = in.count16(COLUMN_BYTES_MIN);
        List<Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(
                    new Column(in.string(), in.int32(), in.int16(), in.int32(), in.int16(), in.int32(), in.int16()));
        }
        return new RowDescription(columns);
    }
}
