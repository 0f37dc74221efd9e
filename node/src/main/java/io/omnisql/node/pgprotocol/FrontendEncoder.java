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
import io.omnisql.node.pgprotocol.FrontendMessage.SASLInitialResponse;
import io.omnisql.node.pgprotocol.FrontendMessage.SASLResponse;
import io.omnisql.node.pgprotocol.FrontendMessage.SSLRequest;
import io.omnisql.node.pgprotocol.FrontendMessage.StartupMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import io.omnisql.node.pgprotocol.FrontendMessage.Terminate;

/** A client's messages to bytes; texts go out in UTF-8. */
public final class FrontendEncoder {
    private FrontendEncoder() {}

    /** One message as bytes. */
    public static byte[] encode(FrontendMessage message) {
        var out = new WireWriter();
        encode(message, out);
        return out.toByteArray();
    }

    /** Appends a message. */
    public static void encode(FrontendMessage message, WireWriter out) {
        switch (message) {
            case StartupMessage startup -> startup(startup, out);
            case SSLRequest ignored -> out.beginUntyped().int16(1234).int16(5679);
            case GSSENCRequest ignored -> out.beginUntyped().int16(1234).int16(5680);
            case CancelRequest cancel ->
                out.beginUntyped()
                        .int16(1234)
                        .int16(5678)
                        .int32(cancel.processId())
                        .bytes(cancel.secretKey());
            case SASLInitialResponse first ->
                out.begin('p').string(first.mechanism()).value(first.data());
            case SASLResponse next -> out.begin('p').bytes(next.data());
            case Query query -> out.begin('Q').string(query.sql());
            case Parse parse ->
                out.begin('P').string(parse.statement()).string(parse.sql()).int32s(parse.parameterTypes());
            case Bind bind -> bind(bind, out);
            case Describe describe ->
                out.begin('D').int8(describe.target().code()).string(describe.name());
            case Close close -> out.begin('C').int8(close.target().code()).string(close.name());
            case Execute execute -> out.begin('E').string(execute.portal()).int32(execute.rowsMax());
            case Flush ignored -> out.begin('H');
            case Sync ignored -> out.begin('S');
            case Terminate ignored -> out.begin('X');
            case FunctionCall call -> out.begin('F').bytes(call.body());
            case CopyData data -> out.begin('d').bytes(data.data());
            case CopyDone ignored -> out.begin('c');
            case CopyFail fail -> out.begin('f').string(fail.reason());
        }
        out.finish();
    }

    private static void startup(StartupMessage startup, WireWriter out) {
        out.beginUntyped().int16(startup.majorVersion()).int16(startup.minorVersion());
        startup.parameters().forEach((name, value) -> out.string(name).string(value));
        out.int8(0);
    }

    private static void bind(Bind bind, WireWriter out) {
        out.begin('B')
                .string(bind.portal())
                .string(bind.statement())
                .int16s(bind.parameterFormats())
                .values(bind.parameters())
                .int16s(bind.resultFormats());
    }
}
