package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.Standing;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One batch of log writes ↔ the body of one record. */
final class BatchCodec {
    private static final byte SET_PROMISE = 1;
    private static final byte SET_ACCEPTED_ROUND = 2;
    private static final byte APPEND_ENTRIES = 3;
    private static final byte SET_DECIDED_INDEX = 4;
    private static final byte SET_COMPACTED_INDEX = 5;
    private static final byte SET_STANDING = 6;

    private static final int BALLOT_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES + Long.BYTES;
    private static final int APPEND_HEADER_BYTES = 1 + Long.BYTES + Integer.BYTES;

    private BatchCodec() {}

    /** Length of the body; may exceed what a record can hold. */
    static long encodedBytes(List<LogWrite> writes) {
        long bytes = Integer.BYTES;
        for (LogWrite write : writes) {
            bytes += encodedBytes(write);
        }
        return bytes;
    }

    private static long encodedBytes(LogWrite write) {
        return switch (write) {
            case LogWrite.SetStanding(Standing standing) -> 1 + StandingCodec.encodedBytes(standing);
            case LogWrite.SetPromise ignored -> 1 + BALLOT_BYTES;
            case LogWrite.SetAcceptedRound ignored -> 1 + BALLOT_BYTES;
            case LogWrite.SetDecidedIndex ignored -> 1 + Long.BYTES;
            case LogWrite.SetCompactedIndex ignored -> 1 + Long.BYTES;
            case LogWrite.AppendEntries(long from, List<Entry> entries) ->
                APPEND_HEADER_BYTES
                        + entries.stream().mapToLong(EntryCodec::encodedBytes).sum();
        };
    }

    static void encode(List<LogWrite> writes, ByteBuffer out) {
        out.putInt(writes.size());
        for (LogWrite write : writes) {
            encode(write, out);
        }
    }

    private static void encode(LogWrite write, ByteBuffer out) {
        switch (write) {
            case LogWrite.SetStanding(Standing standing) -> StandingCodec.encode(standing, out.put(SET_STANDING));
            case LogWrite.SetPromise(Ballot promise) -> encode(promise, out.put(SET_PROMISE));
            case LogWrite.SetAcceptedRound(Ballot round) -> encode(round, out.put(SET_ACCEPTED_ROUND));
            case LogWrite.SetDecidedIndex(long decided) ->
                out.put(SET_DECIDED_INDEX).putLong(decided);
            case LogWrite.SetCompactedIndex(long compacted) ->
                out.put(SET_COMPACTED_INDEX).putLong(compacted);
            case LogWrite.AppendEntries(long from, List<Entry> entries) -> {
                out.put(APPEND_ENTRIES).putLong(from).putInt(entries.size());
                long slot = from;
                for (Entry entry : entries) {
                    EntryCodec.encode(slot++, entry, out);
                }
            }
        }
    }

    static void encode(Ballot ballot, ByteBuffer out) {
        out.putLong(ballot.configurationId())
                .putLong(ballot.number())
                .putInt(ballot.priority())
                .putLong(ballot.node());
    }

    static Ballot decodeBallot(ByteBuffer in) {
        return new Ballot(in.getLong(), in.getLong(), in.getInt(), in.getLong());
    }

    /**
     * Decodes a whole body.
     *
     * @throws IllegalArgumentException when the bytes are not a body
     */
    static List<LogWrite> decode(ByteBuffer body) {
        try {
            int count = body.getInt();
            List<LogWrite> writes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                writes.add(decodeWrite(body));
            }
            if (count < 0 || body.hasRemaining()) {
                throw new IllegalArgumentException("a batch has not the length that it tells");
            }
            return writes;
        } catch (BufferUnderflowException cut) {
            throw new IllegalArgumentException("a batch is cut", cut);
        }
    }

    private static LogWrite decodeWrite(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case SET_STANDING -> new LogWrite.SetStanding(StandingCodec.decodeStanding(in));
            case SET_PROMISE -> new LogWrite.SetPromise(decodeBallot(in));
            case SET_ACCEPTED_ROUND -> new LogWrite.SetAcceptedRound(decodeBallot(in));
            case SET_DECIDED_INDEX -> new LogWrite.SetDecidedIndex(in.getLong());
            case SET_COMPACTED_INDEX -> new LogWrite.SetCompactedIndex(in.getLong());
            case APPEND_ENTRIES -> decodeAppend(in);
            default -> throw new IllegalArgumentException("unknown kind of log write: " + kind);
        };
    }

    private static LogWrite decodeAppend(ByteBuffer in) {
        long from = in.getLong();
        int count = in.getInt();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(EntryCodec.decode(from + i, in));
        }
        return new LogWrite.AppendEntries(from, entries);
    }

    /** Tells the index where the entries of a batch lie, given where its body starts. */
    static void locate(List<LogWrite> writes, long segment, int bodyOffset, SlotIndex index) {
        int offset = bodyOffset + Integer.BYTES;
        for (LogWrite write : writes) {
            if (write instanceof LogWrite.AppendEntries(long from, List<Entry> entries)) {
                locateEntries(entries, segment, offset + APPEND_HEADER_BYTES, index.truncate(from));
            } else if (write instanceof LogWrite.SetCompactedIndex(long compacted)) {
                index.compact(compacted);
            }
            offset += (int) encodedBytes(write);
        }
    }

    private static void locateEntries(List<Entry> entries, long segment, int firstOffset, SlotIndex index) {
        int offset = firstOffset;
        for (Entry entry : entries) {
            index.add(segment, offset);
            offset += (int) EntryCodec.encodedBytes(entry);
        }
    }
}
