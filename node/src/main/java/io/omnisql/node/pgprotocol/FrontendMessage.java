package io.omnisql.node.pgprotocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client tells a PostgreSQL server. */
@SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched; nobody compares these messages.
public sealed interface FrontendMessage {

    /** The first packet of a connection: it has no type byte. */
    sealed interface StartupPacket extends FrontendMessage {}

    /** Opens a session; {@code user} is among the parameters. */
    record StartupMessage(int majorVersion, int minorVersion, Map<String, String> parameters) implements StartupPacket {
        public StartupMessage {
            parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }
    }

    /** Asks for TLS; the answer is one byte. */
    record SSLRequest() implements StartupPacket {}

    /** Asks for GSSAPI encryption; the answer is one byte. */
    record GSSENCRequest() implements StartupPacket {}

    /** Asks on a connection of its own to cancel what another session executes. */
    record CancelRequest(int processId, byte[] secretKey) implements StartupPacket {}

    /** The client's first step in a SASL exchange; no data means that the mechanism starts with the server. */
    record SASLInitialResponse(String mechanism, byte @Nullable [] data) implements FrontendMessage {}

    /**
     * A further step in a SASL exchange. The decoder gives this for every message of type 'p' (a password, a SASL or GSSAPI
     * response): only the state of the authentication tells which it is.
     */
    record SASLResponse(byte[] data) implements FrontendMessage {}

    /** Executes a string of statements. */
    record Query(String sql) implements FrontendMessage {}

    /** Prepares a statement; a parameter type of 0 is inferred. */
    record Parse(String statement, String sql, List<Integer> parameterTypes) implements FrontendMessage {
        public Parse {
            parameterTypes = List.copyOf(parameterTypes);
        }
    }

    /** Gives a prepared statement its parameters. A list of formats has no entry (all text), one for all, or one each. */
    record Bind(
            String portal,
            String statement,
            List<Integer> parameterFormats,
            List<byte @Nullable []> parameters,
            List<Integer> resultFormats)
            implements FrontendMessage {
        public Bind {
            parameterFormats = List.copyOf(parameterFormats);
            parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
            resultFormats = List.copyOf(resultFormats);
        }
    }

    /** Asks what a statement or a portal looks like. */
    record Describe(Target target, String name) implements FrontendMessage {}

    /** Forgets a statement or a portal. */
    record Close(Target target, String name) implements FrontendMessage {}

    /** What {@link Describe} and {@link Close} speak of. */
    enum Target {
        STATEMENT('S'),
        PORTAL('P');

        private final char code;

        Target(char code) {
            this.code = code;
        }

        char code() {
            return code;
        }

        static Target of(byte code) {
            return switch (code) {
                case 'S' -> STATEMENT;
                case 'P' -> PORTAL;
                default -> throw new ProtocolViolation("Neither a statement nor a portal: " + code);
            };
        }
    }

    /** Runs a portal; {@code rowsMax} 0 means all rows. */
    record Execute(String portal, int rowsMax) implements FrontendMessage {}

    /** Asks to send what is waiting. */
    record Flush() implements FrontendMessage {}

    /** Ends an implicit transaction and an error's skipping. */
    record Sync() implements FrontendMessage {}

    /** Says good-bye. */
    record Terminate() implements FrontendMessage {}

    /** Calls a function by its OID: a relic, its body is not looked at. */
    record FunctionCall(byte[] body) implements FrontendMessage {}

    /** A piece of COPY data; either side may send it. */
    record CopyData(byte[] data) implements FrontendMessage, BackendMessage {}

    /** The end of COPY data; either side may send it. */
    record CopyDone() implements FrontendMessage, BackendMessage {}

    /** The client gives up its COPY. */
    record CopyFail(String reason) implements FrontendMessage {}
}
