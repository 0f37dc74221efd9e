package io.omnisql.node.transport;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.Message.LogSync;
import io.omnisql.omnipaxos.Message.Sequence;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Messages of the protocol ↔ bytes: format version, type, fields in their order. Whatever is not a message is refused. */
final class MessageCodec {
    private static final byte VERSION = 1;

    private static final byte PREPARE_REQUEST = 1;
    private static final byte PREPARE = 2;
    private static final byte PROMISE = 3;
    private static final byte ACCEPT_SYNC = 4;
    private static final byte ACCEPT_DECIDE = 5;
    private static final byte ACCEPTED = 6;
    private static final byte NOT_ACCEPTED = 7;
    private static final byte DECIDE = 8;
    private static final byte PROBE = 9;
    private static final byte DECIDED_ENTRIES = 10;
    private static final byte FORWARDED_PROPOSAL = 11;
    private static final byte FORWARD_OUTCOME = 12;
    private static final byte HEARTBEAT_REQUEST = 13;
    private static final byte HEARTBEAT_REPLY = 14;
    private static final byte READ_INDEX_REQUEST = 15;
    private static final byte READ_INDEX_REPLY = 16;
    private static final byte CONFIRM_ROUND = 17;
    private static final byte ROUND_CONFIRMED = 18;
    private static final byte SNAPSHOT_REQUIRED = 19;
    private static final byte LATER_CONFIGURATION = 20;
    private static final byte FOLLOW_REQUEST = 21;
    private static final byte FOLLOWED_ENTRIES = 22;
    private static final byte TAKE_OVER = 23;

    // Version, type, and the fields other than entries of the longest message: two ballots and five numbers at most.
    private static final int FIXED_BYTES = 2 + 2 * 28 + 5 * Long.BYTES + 2;

    private MessageCodec() {}

    /** At least as many bytes as {@link #encode} makes, and hardly more. */
    static long encodedBytesMax(Message message) {
        return FIXED_BYTES
                + switch (message) {
                    case Message.Promise promise -> entriesBytes(promise.sync());
                    case Message.AcceptSync sync -> entriesBytes(sync.sync());
                    case Message.AcceptDecide accept -> EntryCodec.encodedBytes(accept.entries());
                    case Message.DecidedEntries decided -> EntryCodec.encodedBytes(decided.entries());
                    case Message.FollowedEntries followed -> EntryCodec.encodedBytes(followed.entries());
                    case Message.ForwardedProposal forwarded -> EntryCodec.encodedBytes(forwarded.entry());
                    case Message.PrepareRequest _, Message.Prepare _, Message.Accepted _, Message.NotAccepted _ -> 0;
                    case Message.Decide _, Message.Probe _, Message.ForwardOutcome _ -> 0;
                    case Message.HeartbeatRequest _, Message.HeartbeatReply _, Message.SnapshotRequired _ -> 0;
                    case Message.LaterConfiguration _, Message.FollowRequest _ -> 0;
                    case Message.ReadIndexRequest _, Message.ReadIndexReply _ -> 0;
                    case Message.ConfirmRound _, Message.RoundConfirmed _, Message.TakeOver _ -> 0;
                };
    }

    private static long entriesBytes(@Nullable LogSync sync) {
        return sync == null ? 0 : EntryCodec.encodedBytes(sync.suffix());
    }

    static Buffer encode(Message message) {
        Buffer out = Buffer.buffer((int) encodedBytesMax(message)).appendByte(VERSION);
        switch (message) {
            case Message.HeartbeatRequest(long configurationId, long round) ->
                out.appendByte(HEARTBEAT_REQUEST).appendLong(configurationId).appendLong(round);
            case Message.OfGroup ofGroup -> encodeOfGroup(ofGroup, out);
            case Message.OfBallot ofBallot -> encodeOfBallot(ofBallot, out);
        }
        return out;
    }

    private static void encodeOfGroup(Message.OfGroup message, Buffer out) {
        switch (message) {
            case Message.SnapshotRequired(long configurationId, long minimumIndex) ->
                out.appendByte(SNAPSHOT_REQUIRED).appendLong(configurationId).appendLong(minimumIndex);
            case Message.LaterConfiguration(long configurationId) ->
                out.appendByte(LATER_CONFIGURATION).appendLong(configurationId);
            case Message.FollowRequest(long configurationId, long from) ->
                out.appendByte(FOLLOW_REQUEST).appendLong(configurationId).appendLong(from);
            case Message.FollowedEntries followed -> {
                encode(followed.ballot(), out.appendByte(FOLLOWED_ENTRIES));
                EntryCodec.encode(followed.entries(), out.appendLong(followed.from()));
            }
        }
    }

    private static void encodeOfBallot(Message.OfBallot message, Buffer out) {
        out.appendByte(type(message));
        encode(message.ballot(), out);
        switch (message) {
            case Message.PrepareRequest ignored -> {}
            case Message.Prepare m -> {
                encode(m.acceptedRound(), out);
                out.appendLong(m.acceptedIndex()).appendLong(m.decidedIndex());
            }
            case Message.Promise m -> encodePromise(m, out);
            case Message.AcceptSync m -> {
                encode(m.sequence(), out);
                out.appendLong(m.decidedIndex());
                encode(m.sync(), out);
            }
            case Message.AcceptDecide m -> {
                encode(m.sequence(), out);
                EntryCodec.encode(m.entries(), out.appendLong(m.decidedIndex()));
            }
            case Message.Accepted m -> out.appendLong(m.acceptedIndex());
            case Message.NotAccepted ignored -> {}
            case Message.TakeOver ignored -> {}
            case Message.Decide m -> encode(m.sequence(), out).appendLong(m.decidedIndex());
            case Message.Probe m -> encode(m.lastSequence(), out).appendLong(m.decidedIndex());
            case Message.DecidedEntries m -> EntryCodec.encode(m.entries(), out.appendLong(m.from()));
            case Message.ForwardedProposal m -> EntryCodec.encode(m.entry(), out.appendLong(m.proposalId()));
            case Message.ForwardOutcome m -> out.appendLong(m.proposalId()).appendLong(m.slot());
            case Message.HeartbeatReply m -> {
                encode(m.leader(), out.appendLong(m.round()));
                out.appendByte(flag(m.happy()));
            }
            case Message.ReadIndexRequest m -> out.appendLong(m.readId());
            case Message.ReadIndexReply m -> out.appendLong(m.readId()).appendLong(m.readIndex());
            case Message.ConfirmRound m -> out.appendLong(m.confirmation());
            case Message.RoundConfirmed m -> out.appendLong(m.confirmation());
        }
    }

    private static byte type(Message.OfBallot message) {
        return switch (message) {
            case Message.PrepareRequest ignored -> PREPARE_REQUEST;
            case Message.Prepare ignored -> PREPARE;
            case Message.Promise ignored -> PROMISE;
            case Message.AcceptSync ignored -> ACCEPT_SYNC;
            case Message.AcceptDecide ignored -> ACCEPT_DECIDE;
            case Message.Accepted ignored -> ACCEPTED;
            case Message.NotAccepted ignored -> NOT_ACCEPTED;
            case Message.TakeOver ignored -> TAKE_OVER;
            case Message.Decide ignored -> DECIDE;
            case Message.Probe ignored -> PROBE;
            case Message.DecidedEntries ignored -> DECIDED_ENTRIES;
            case Message.ForwardedProposal ignored -> FORWARDED_PROPOSAL;
            case Message.ForwardOutcome ignored -> FORWARD_OUTCOME;
            case Message.HeartbeatReply ignored -> HEARTBEAT_REPLY;
            case Message.ReadIndexRequest ignored -> READ_INDEX_REQUEST;
            case Message.ReadIndexReply ignored -> READ_INDEX_REPLY;
            case Message.ConfirmRound ignored -> CONFIRM_ROUND;
            case Message.RoundConfirmed ignored -> ROUND_CONFIRMED;
        };
    }

    private static void encodePromise(Message.Promise promise, Buffer out) {
        encode(promise.acceptedRound(), out);
        out.appendLong(promise.acceptedIndex()).appendLong(promise.decidedIndex());
        LogSync sync = promise.sync();
        out.appendByte(flag(sync != null));
        if (sync != null) {
            encode(sync, out);
        }
    }

    private static byte flag(boolean value) {
        return (byte) (value ? 1 : 0);
    }

    private static void encode(Ballot ballot, Buffer out) {
        out.appendLong(ballot.configurationId())
                .appendLong(ballot.number())
                .appendInt(ballot.priority())
                .appendLong(ballot.node());
    }

    private static Buffer encode(Sequence sequence, Buffer out) {
        return out.appendLong(sequence.session()).appendLong(sequence.counter());
    }

    private static void encode(LogSync sync, Buffer out) {
        EntryCodec.encode(sync.suffix(), out.appendLong(sync.syncIndex()));
    }

    /**
     * Decodes exactly one message.
     *
     * @throws IOException when the bytes are anything else
     */
    static Message decode(Buffer bytes) throws IOException {
        Cursor in = new Cursor(bytes);
        byte version = in.nextByte();
        if (version != VERSION) {
            throw new IOException("unknown format version of a message: " + version);
        }
        byte type = in.nextByte();
        Message message = switch (type) {
            case HEARTBEAT_REQUEST -> new Message.HeartbeatRequest(in.nextLong(), in.nextLong());
            case SNAPSHOT_REQUIRED -> new Message.SnapshotRequired(in.nextLong(), in.nextLong());
            case LATER_CONFIGURATION -> new Message.LaterConfiguration(in.nextLong());
            case FOLLOW_REQUEST -> new Message.FollowRequest(in.nextLong(), in.nextLong());
            case FOLLOWED_ENTRIES -> new Message.FollowedEntries(ballot(in), in.nextLong(), EntryCodec.decodeList(in));
            default -> decodeOfBallot(type, ballot(in), in);
        };
        in.requireEnd();
        return message;
    }

    private static Message decodeOfBallot(byte type, Ballot ballot, Cursor in) throws IOException {
        return switch (type) {
            case PREPARE_REQUEST -> new Message.PrepareRequest(ballot);
            case PREPARE -> new Message.Prepare(ballot, ballot(in), in.nextLong(), in.nextLong());
            case PROMISE -> new Message.Promise(ballot, ballot(in), in.nextLong(), in.nextLong(), optionalSync(in));
            case ACCEPT_SYNC -> new Message.AcceptSync(ballot, sequence(in), in.nextLong(), sync(in));
            case ACCEPT_DECIDE ->
                new Message.AcceptDecide(ballot, sequence(in), in.nextLong(), EntryCodec.decodeList(in));
            case ACCEPTED -> new Message.Accepted(ballot, in.nextLong());
            case NOT_ACCEPTED -> new Message.NotAccepted(ballot);
            case TAKE_OVER -> new Message.TakeOver(ballot);
            case DECIDE -> new Message.Decide(ballot, sequence(in), in.nextLong());
            case PROBE -> new Message.Probe(ballot, sequence(in), in.nextLong());
            case DECIDED_ENTRIES -> new Message.DecidedEntries(ballot, in.nextLong(), EntryCodec.decodeList(in));
            case FORWARDED_PROPOSAL -> new Message.ForwardedProposal(ballot, in.nextLong(), EntryCodec.decode(in));
            case FORWARD_OUTCOME -> new Message.ForwardOutcome(ballot, in.nextLong(), in.nextLong());
            case HEARTBEAT_REPLY -> heartbeatReply(ballot, in);
            case READ_INDEX_REQUEST -> new Message.ReadIndexRequest(ballot, in.nextLong());
            case READ_INDEX_REPLY -> new Message.ReadIndexReply(ballot, in.nextLong(), in.nextLong());
            case CONFIRM_ROUND -> new Message.ConfirmRound(ballot, in.nextLong());
            case ROUND_CONFIRMED -> new Message.RoundConfirmed(ballot, in.nextLong());
            default -> throw new IOException("unknown type of message: " + type);
        };
    }

    private static Message heartbeatReply(Ballot ballot, Cursor in) throws IOException {
        long round = in.nextLong();
        return new Message.HeartbeatReply(round, ballot, ballot(in), in.nextBoolean());
    }

    private static Ballot ballot(Cursor in) throws IOException {
        return new Ballot(in.nextLong(), in.nextLong(), in.nextInt(), in.nextLong());
    }

    private static Sequence sequence(Cursor in) throws IOException {
        return new Sequence(in.nextLong(), in.nextLong());
    }

    private static @Nullable LogSync optionalSync(Cursor in) throws IOException {
        return in.nextBoolean() ? sync(in) : null;
    }

    private static LogSync sync(Cursor in) throws IOException {
        return new LogSync(in.nextLong(), EntryCodec.decodeList(in));
    }
}
