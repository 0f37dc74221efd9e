package io.omnisql.node.transport;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Entries ↔ bytes on the wire. */
final class EntryCodec {
    private static final byte COMMAND = 1;
    private static final byte STOP_SIGN = 2;
    private static final int ENTRY_BYTES_MIN = 1 + Integer.BYTES;

    private EntryCodec() {}

    static long encodedBytes(List<Entry> entries) {
        long bytes = Integer.BYTES;
        for (Entry entry : entries) {
            bytes += encodedBytes(entry);
        }
        return bytes;
    }

    static long encodedBytes(Entry entry) {
        return switch (entry) {
            case Entry.Command(byte[] content) -> (long) ENTRY_BYTES_MIN + content.length;
            case Entry.StopSign(Configuration next) -> 1 + ConfigurationCodec.encodedBytesMax(next);
        };
    }

    static void encode(List<Entry> entries, Buffer out) {
        out.appendInt(entries.size());
        for (Entry entry : entries) {
            encode(entry, out);
        }
    }

    static void encode(Entry entry, Buffer out) {
        switch (entry) {
            case Entry.Command(byte[] content) ->
                out.appendByte(COMMAND).appendInt(content.length).appendBytes(content);
            case Entry.StopSign(Configuration next) -> ConfigurationCodec.encode(next, out.appendByte(STOP_SIGN));
        }
    }

    static List<Entry> decodeList(Cursor in) throws IOException {
        int count = in.nextCount(ENTRY_BYTES_MIN);
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(decode(in));
        }
        return entries;
    }

    static Entry decode(Cursor in) throws IOException {
        byte type = in.nextByte();
        return switch (type) {
            case COMMAND -> new Entry.Command(in.nextBytes());
            case STOP_SIGN -> new Entry.StopSign(ConfigurationCodec.decode(in));
            default -> throw new IOException("unknown type of entry: " + type);
        };
    }
}
