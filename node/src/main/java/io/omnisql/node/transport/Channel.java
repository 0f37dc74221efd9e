package io.omnisql.node.transport;

import io.omnisql.omnipaxos.Message;
import java.io.IOException;

/** The two connections to a peer; the code travels. */
enum Channel {
    /** Everything whose order matters, and calls. */
    BULK(0),
    /** What must not wait behind a large message. */
    URGENT(1);

    private final byte code;

    Channel(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static Channel of(byte code) throws IOException {
        for (Channel channel : values()) {
            if (channel.code == code) {
                return channel;
            }
        }
        throw new IOException("unknown channel: " + code);
    }

    /** Heartbeats know no order; all others keep theirs on one connection. */
    static Channel of(Message message) {
        return switch (message) {
            case Message.HeartbeatRequest ignored -> URGENT;
            case Message.HeartbeatReply ignored -> URGENT;
            case Message.PrepareRequest ignored -> BULK;
            case Message.Prepare ignored -> BULK;
            case Message.Promise ignored -> BULK;
            case Message.AcceptSync ignored -> BULK;
            case Message.AcceptDecide ignored -> BULK;
            case Message.Accepted ignored -> BULK;
            case Message.NotAccepted ignored -> BULK;
            case Message.Decide ignored -> BULK;
            case Message.Probe ignored -> BULK;
            case Message.DecidedEntries ignored -> BULK;
            case Message.SnapshotRequired ignored -> BULK;
            case Message.TakeOver ignored -> BULK;
            case Message.LaterConfiguration ignored -> URGENT;
            case Message.FollowRequest ignored -> BULK;
            case Message.FollowedEntries ignored -> BULK;
            case Message.ForwardedProposal ignored -> BULK;
            case Message.ForwardOutcome ignored -> BULK;
            case Message.ReadIndexRequest ignored -> BULK;
            case Message.ReadIndexReply ignored -> BULK;
            case Message.ConfirmRound ignored -> BULK;
            case Message.RoundConfirmed ignored -> BULK;
        };
    }
}
