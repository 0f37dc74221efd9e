package io.omnisql.node.pgprotocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One message of each kind, with the awkward values: NULLs, empty texts, characters beyond ASCII. */
final class SampleMessages {
    private SampleMessages() {}

    static List<FrontendMessage> frontend() {
        return List.of(
                new FrontendMessage.SASLResponse(bytes("p=proof")),
                new FrontendMessage.Query("SELECT 'žluťoučký'"),
                new FrontendMessage.Parse("s1", "INSERT INTO t VALUES ($1, $2)", List.of(23, 0)),
                new FrontendMessage.Bind(
                        "", "s1", List.of(1, 0), Arrays.asList(new byte[] {0, 0, 0, 1}, null), List.of(1)),
                new FrontendMessage.Describe(FrontendMessage.Target.PORTAL, ""),
                new FrontendMessage.Close(FrontendMessage.Target.STATEMENT, "s1"),
                new FrontendMessage.Execute("", 10),
                new FrontendMessage.Flush(),
                new FrontendMessage.Sync(),
                new FrontendMessage.Terminate(),
                new FrontendMessage.FunctionCall(new byte[] {1, 2, 3}),
                new FrontendMessage.CopyData(bytes("1\t2\n")),
                new FrontendMessage.CopyDone(),
                new FrontendMessage.CopyFail("no more"));
    }

    static List<FrontendMessage.StartupPacket> startup() {
        return List.of(
                new FrontendMessage.StartupMessage(
                        3, 0, Map.of("user", "ana", "options", "-c omnisql.read_level=local")),
                new FrontendMessage.SSLRequest(),
                new FrontendMessage.GSSENCRequest(),
                new FrontendMessage.CancelRequest(7, new byte[] {1, 2, 3, 4}));
    }

    static List<BackendMessage> backend() {
        return List.of(
                new BackendMessage.AuthenticationOk(),
                new BackendMessage.AuthenticationCleartextPassword(),
                new BackendMessage.AuthenticationMD5Password(new byte[] {1, 2, 3, 4}),
                new BackendMessage.AuthenticationSASL(List.of("SCRAM-SHA-256")),
                new BackendMessage.AuthenticationSASLContinue(bytes("r=nonce")),
                new BackendMessage.AuthenticationSASLFinal(bytes("v=proof")),
                new BackendMessage.AuthenticationOther(7, new byte[0]),
                new BackendMessage.BackendKeyData(1, new byte[] {9, 9, 9, 9}),
                new BackendMessage.BindComplete(),
                new BackendMessage.CloseComplete(),
                new BackendMessage.CommandComplete("INSERT 0 1"),
                new BackendMessage.CopyInResponse(0, List.of(0, 0)),
                new BackendMessage.CopyOutResponse(1, List.of(1)),
                new BackendMessage.CopyBothResponse(0, List.of()),
                new BackendMessage.DataRow(Arrays.asList(bytes("1"), null, new byte[0])),
                new BackendMessage.EmptyQueryResponse(),
                new BackendMessage.ErrorResponse(
                        ErrorFields.error("22012", "division by zero").withHint("don't")),
                new BackendMessage.FunctionCallResponse(null),
                new BackendMessage.NegotiateProtocolVersion(0, List.of("_pq_.a", "_pq_.b")),
                new BackendMessage.NoData(),
                new BackendMessage.NoticeResponse(ErrorFields.notice("NOTICE", SqlState.SUCCESSFUL_COMPLETION, "hm")),
                new BackendMessage.NotificationResponse(4, "channel", ""),
                new BackendMessage.ParameterDescription(List.of(23, 25)),
                new BackendMessage.ParameterStatus("TimeZone", "Etc/UTC"),
                new BackendMessage.ParseComplete(),
                new BackendMessage.PortalSuspended(),
                new BackendMessage.ReadyForQuery(BackendMessage.TransactionStatus.IN_TRANSACTION),
                new BackendMessage.RowDescription(List.of(
                        new BackendMessage.Column("id", 16_385, 1, 23, 4, -1, 0),
                        new BackendMessage.Column("", 0, 0, 25, -1, -1, 1))),
                new FrontendMessage.CopyData(bytes("x")),
                new FrontendMessage.CopyDone());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
