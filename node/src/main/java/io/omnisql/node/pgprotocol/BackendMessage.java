package io.omnisql.node.pgprotocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a PostgreSQL server tells a client. */
@SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched; nobody compares these messages.
public sealed interface BackendMessage
        permits BackendMessage.Authentication,
                BackendMessage.BackendKeyData,
                BackendMessage.BindComplete,
                BackendMessage.CloseComplete,
                BackendMessage.CommandComplete,
                BackendMessage.CopyInResponse,
                BackendMessage.CopyOutResponse,
                BackendMessage.CopyBothResponse,
                BackendMessage.DataRow,
                BackendMessage.EmptyQueryResponse,
                BackendMessage.ErrorResponse,
                BackendMessage.FunctionCallResponse,
                BackendMessage.NegotiateProtocolVersion,
                BackendMessage.NoData,
                BackendMessage.NoticeResponse,
                BackendMessage.NotificationResponse,
                BackendMessage.ParameterDescription,
                BackendMessage.ParameterStatus,
                BackendMessage.ParseComplete,
                BackendMessage.PortalSuspended,
                BackendMessage.ReadyForQuery,
                BackendMessage.RowDescription,
                FrontendMessage.CopyData,
                FrontendMessage.CopyDone {

    /** A step of the authentication. */
    sealed interface Authentication extends BackendMessage {}

    /** The client is who it says. */
    record AuthenticationOk() implements Authentication {}

    /** The password is wanted as it is. */
    record AuthenticationCleartextPassword() implements Authentication {}

    /** The password is wanted hashed with this salt. */
    record AuthenticationMD5Password(byte[] salt) implements Authentication {}

    /** A SASL exchange by one of these mechanisms is wanted. */
    record AuthenticationSASL(List<String> mechanisms) implements Authentication {
        public AuthenticationSASL {
            mechanisms = List.copyOf(mechanisms);
        }
    }

    /** The server's next step in a SASL exchange. */
    record AuthenticationSASLContinue(byte[] data) implements Authentication {}

    /** The server's last step in a SASL exchange. */
    record AuthenticationSASLFinal(byte[] data) implements Authentication {}

    /** A method that OmniSQL does not speak (Kerberos, GSSAPI, SSPI): it may still be relayed. */
    record AuthenticationOther(int code, byte[] data) implements Authentication {}

    /** What a CancelRequest must show. */
    record BackendKeyData(int processId, byte[] secretKey) implements BackendMessage {}

    /** The answer to Bind. */
    record BindComplete() implements BackendMessage {}

    /** The answer to Close. */
    record CloseComplete() implements BackendMessage {}

    /** A statement is done; the tag says what it was and how many rows. */
    record CommandComplete(String tag) implements BackendMessage {}

    /** The client may send COPY data. */
    record CopyInResponse(int format, List<Integer> columnFormats) implements BackendMessage {
        public CopyInResponse {
            columnFormats = List.copyOf(columnFormats);
        }
    }

    /** COPY data follows. */
    record CopyOutResponse(int format, List<Integer> columnFormats) implements BackendMessage {
        public CopyOutResponse {
            columnFormats = List.copyOf(columnFormats);
        }
    }

    /** Both sides send COPY data (replication). */
    record CopyBothResponse(int format, List<Integer> columnFormats) implements BackendMessage {
        public CopyBothResponse {
            columnFormats = List.copyOf(columnFormats);
        }
    }

    /** A row of a result. */
    record DataRow(List<byte @Nullable []> values) implements BackendMessage {
        public DataRow {
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }
    }

    /** The answer to an empty string instead of CommandComplete. */
    record EmptyQueryResponse() implements BackendMessage {}

    /** A statement failed, or the connection ends. */
    record ErrorResponse(ErrorFields fields) implements BackendMessage {}

    /** The answer to FunctionCall. */
    record FunctionCallResponse(byte @Nullable [] value) implements BackendMessage {}

    /** The server speaks only this minor version and does not know these startup options. */
    record NegotiateProtocolVersion(int minorVersion, List<String> unrecognized) implements BackendMessage {
        public NegotiateProtocolVersion {
            unrecognized = List.copyOf(unrecognized);
        }
    }

    /** The answer to Describe of something without rows. */
    record NoData() implements BackendMessage {}

    /** Something worth knowing that is no failure. */
    record NoticeResponse(ErrorFields fields) implements BackendMessage {}

    /** What LISTEN waited for. */
    record NotificationResponse(int processId, String channel, String payload) implements BackendMessage {}

    /** The parameter types of a statement. */
    record ParameterDescription(List<Integer> types) implements BackendMessage {
        public ParameterDescription {
            types = List.copyOf(types);
        }
    }

    /** A setting that clients must know has this value now. */
    record ParameterStatus(String name, String value) implements BackendMessage {}

    /** The answer to Parse. */
    record ParseComplete() implements BackendMessage {}

    /** Execute stopped at its row limit. */
    record PortalSuspended() implements BackendMessage {}

    /** The server waits for the next statement. */
    record ReadyForQuery(TransactionStatus status) implements BackendMessage {}

    /** Where the session stands. */
    enum TransactionStatus {
        IDLE('I'),
        IN_TRANSACTION('T'),
        FAILED('E');

        private final char code;

        TransactionStatus(char code) {
            this.code = code;
        }

        char code() {
            return code;
        }

        static TransactionStatus of(byte code) {
            return switch (code) {
                case 'I' -> IDLE;
                case 'T' -> IN_TRANSACTION;
                case 'E' -> FAILED;
                default -> throw new ProtocolViolation("No transaction status: " + code);
            };
        }
    }

    /** The columns of the rows to come. */
    record RowDescription(List<Column> columns) implements BackendMessage {
        public RowDescription {
            columns = List.copyOf(columns);
        }
    }

    /** One column of a result: where it comes from, its type and its format code. */
    record Column(String name, int table, int attribute, int type, int typeSize, int typeModifier, int format) {}
}
