package io.omnisql.node.pgprotocol;

import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.CancelRequest;
import io.omnisql.node.pgprotocol.FrontendMessage.Close;
import io.omnisql.node.pgprotocol.FrontendMessage.CopyData;
import io.omnisql.node.pgprotocol.FrontendMessage.CopyDone;
import io.omnisql.node.pgprotocol.FrontendMessage.CopyFail;
import io.omnisql.node.pgprotocol.FrontendMessage.Describe;
import io.omnisql.node.pgprotocol.FrontendMessage.Execute;
import io.omnisql.node.pgprotocol.FrontendMessage.Flush;
import io.omnisql.node.pgprotocol.FrontendMessage.FunctionCall;
import io.omnisql.node.pgprotocol.FrontendMessage.GSSENCRequest;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Query;
import io.omnisql.node.pgprotocol.FrontendMessage.SASLResponse;
import io.omnisql.node.pgprotocol.FrontendMessage.SSLRequest;
import io.omnisql.node.pgprotocol.FrontendMessage.StartupMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.StartupPacket;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import io.omnisql.node.pgprotocol.FrontendMessage.Target;
import io.omnisql.node.pgprotocol.FrontendMessage.Terminate;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bytes of a client to messages. Every malformed body is a {@link ProtocolViolation}. Texts are in the client's encoding. */
public record FrontendDecoder(Charset charset) {
    /** For clients that speak UTF-8. */
    public static final FrontendDecoder UTF_8 = new FrontendDecoder(StandardCharsets.UTF_8);

    private static final int SPECIAL_MAJOR = 1234;
    private static final int CANCEL_MINOR = 5678;
    private static final int SSL_MINOR = 5679;
    private static final int GSSENC_MINOR = 5680;
    private static final int STARTUP_PARAMETERS_MAX = 256;

    /** Decodes a packet that came before the session was opened, without its length field. */
    public StartupPacket startup(ByteBuffer body) {
        var in = new WireReader(body, charset);
        int major = in.int16() & 0xFFFF;
        int minor = in.int16() & 0xFFFF;
        if (major != SPECIAL_MAJOR) {
            return new StartupMessage(major, minor, startupParameters(in));
        }
        StartupPacket packet = switch (minor) {
            case CANCEL_MINOR -> new CancelRequest(in.int32(), in.rest());
            case SSL_MINOR -> new SSLRequest();
            case GSSENC_MINOR -> new GSSENCRequest();
            default -> throw new ProtocolViolation("Unknown startup request " + minor);
        };
        in.end();
        return packet;
    }

    private static Map<String, String> startupParameters(WireReader in) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String name = in.string();
        while (!name.isEmpty()) {
            if (parameters.size() == STARTUP_PARAMETERS_MAX) {
                throw new ProtocolViolation("More than " + STARTUP_PARAMETERS_MAX + " startup parameters");
            }
            parameters.put(name, in.string());
            name = in.string();
        }
        in.end();
        return parameters;
    }

    /** Decodes the body of a message, without type and length. */
    public FrontendMessage decode(byte type, ByteBuffer body) {
        var in = new WireReader(body, charset);
        FrontendMessage message = decode(type, in);
        in.end();
        return message;
    }

    private static FrontendMessage decode(byte type, WireReader in) {
        return switch (type) {
            case 'Q' -> new Query(in.string());
            case 'P' -> new Parse(in.string(), in.string(), in.int32s());
            case 'B' -> new Bind(in.string(), in.string(), in.int16s(), in.values(), in.int16s());
            case 'D' -> new Describe(Target.of(in.int8()), in.string());
            case 'C' -> new Close(Target.of(in.int8()), in.string());
            case 'E' -> new Execute(in.string(), in.int32());
            case 'H' -> new Flush();
            case 'S' -> new Sync();
            case 'X' -> new Terminate();
            case 'F' -> new FunctionCall(in.rest());
            case 'p' -> new SASLResponse(in.rest());
            case 'd' -> new CopyData(in.rest());
            case 'c' -> new CopyDone();
            case 'f' -> new CopyFail(in.string());
            default -> throw new ProtocolViolation("Unknown message type " + (type & 0xFF));
        };
    }
}
