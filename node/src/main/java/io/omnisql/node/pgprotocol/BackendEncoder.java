package io.omnisql.node.pgprotocol;

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
import io.omnisql.node.pgprotocol.FrontendMessage.CopyData;
import io.omnisql.node.pgprotocol.FrontendMessage.CopyDone;

/** A server's messages to bytes; texts go out in UTF-8. */
public final class BackendEncoder {
    private BackendEncoder() {}

    /** One message as bytes. */
    public static byte[] encode(BackendMessage message) {
        var out = new WireWriter();
        encode(message, out);
        return out.toByteArray();
    }

    /** Appends a message. */
    public static void encode(BackendMessage message, WireWriter out) {
        switch (message) {
            case BackendMessage.Authentication step -> authentication(step, out);
            case BackendKeyData key -> out.begin('K').int32(key.processId()).bytes(key.secretKey());
            case BindComplete ignored -> out.begin('2');
            case CloseComplete ignored -> out.begin('3');
            case CommandComplete complete -> out.begin('C').string(complete.tag());
            case CopyInResponse copy -> out.begin('G').int8(copy.format()).int16s(copy.columnFormats());
            case CopyOutResponse copy -> out.begin('H').int8(copy.format()).int16s(copy.columnFormats());
            case CopyBothResponse copy -> out.begin('W').int8(copy.format()).int16s(copy.columnFormats());
            case DataRow row -> out.begin('D').values(row.values());
            case EmptyQueryResponse ignored -> out.begin('I');
            case ErrorResponse error -> fields(out.begin('E'), error.fields());
            case FunctionCallResponse response -> out.begin('V').value(response.value());
            case NegotiateProtocolVersion negotiation -> negotiation(negotiation, out);
            case NoData ignored -> out.begin('n');
            case NoticeResponse notice -> fields(out.begin('N'), notice.fields());
            case NotificationResponse told ->
                out.begin('A').int32(told.processId()).string(told.channel()).string(told.payload());
            case ParameterDescription described -> out.begin('t').int32s(described.types());
            case ParameterStatus status -> out.begin('S').string(status.name()).string(status.value());
            case ParseComplete ignored -> out.begin('1');
            case PortalSuspended ignored -> out.begin('s');
            case ReadyForQuery ready -> out.begin('Z').int8(ready.status().code());
            case RowDescription description -> rowDescription(description, out);
            case CopyData data -> out.begin('d').bytes(data.data());
            case CopyDone ignored -> out.begin('c');
        }
        out.finish();
    }

    private static void authentication(BackendMessage.Authentication step, WireWriter out) {
        out.begin('R');
        switch (step) {
            case AuthenticationOk ignored -> out.int32(0);
            case AuthenticationCleartextPassword ignored -> out.int32(3);
            case AuthenticationMD5Password md5 -> out.int32(5).bytes(md5.salt());
            case AuthenticationSASL sasl -> {
                out.int32(10);
                sasl.mechanisms().forEach(out::string);
                out.int8(0);
            }
            case AuthenticationSASLContinue next -> out.int32(11).bytes(next.data());
            case AuthenticationSASLFinal last -> out.int32(12).bytes(last.data());
            case AuthenticationOther other -> out.int32(other.code()).bytes(other.data());
        }
    }

    private static void fields(WireWriter out, ErrorFields fields) {
        fields.byCode().forEach((code, value) -> out.int8(code).string(value));
        out.int8(0);
    }

    private static void negotiation(NegotiateProtocolVersion negotiation, WireWriter out) {
        out.begin('v')
                .int32(negotiation.minorVersion())
                .int32(negotiation.unrecognized().size());
        negotiation.unrecognized().forEach(out::string);
    }

    private static void rowDescription(RowDescription description, WireWriter out) {
        out.begin('T').int16(description.columns().size());
        for (Column column : description.columns()) {
            out.string(column.name())
                    .int32(column.table())
                    .int16(column.attribute())
                    .int32(column.type())
                    .int16(column.typeSize())
                    .int32(column.typeModifier())
                    .int16(column.format());
        }
    }
}
