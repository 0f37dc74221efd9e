package io.omnisql.node.snapshot;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import io.omnisql.omnipaxos.SnapshotMark;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Bytes of questions and answers about snapshots, and of the mark beside one on disk; everything ends with a CRC32C. */
final class SnapshotCodec {
    private static final byte VERSION = 1;
    private static final int CHECK_BYTES = Long.BYTES;

    private SnapshotCodec() {}

    /** A part of a snapshot that is asked for. */
    record ReadRequest(long id, long offset) {}

    /** What a peer answers to a {@link ReadRequest}. */
    sealed interface ReadAnswer {
        /** The next bytes. */
        record Part(ByteBuffer bytes) implements ReadAnswer {}

        /** It is still being taken: ask again in a while. */
        record NotYet() implements ReadAnswer {}

        /** That was all. */
        record End(SnapshotContents contents) implements ReadAnswer {}
    }

    @FunctionalInterface
    private interface Writing {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] encodeNumber(long number) {
        return checked(out -> out.writeLong(number));
    }

    static long decodeNumber(byte[] bytes) throws IOException {
        return opened(bytes).readLong();
    }

    static byte[] encode(ReadRequest request) {
        return checked(out -> {
            out.writeLong(request.id);
            out.writeLong(request.offset);
        });
    }

    static ReadRequest decodeRequest(byte[] bytes) throws IOException {
        DataInputStream in = opened(bytes);
        return new ReadRequest(in.readLong(), in.readLong());
    }

    static byte[] encode(ReadAnswer answer) {
        return checked(out -> {
            switch (answer) {
                case ReadAnswer.Part(ByteBuffer part) -> {
                    out.writeByte(0);
                    out.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
                }
                case ReadAnswer.NotYet() -> out.writeByte(1);
                case ReadAnswer.End(SnapshotContents contents) -> {
                    out.writeByte(2);
                    write(out, contents);
                }
            }
        });
    }

    static ReadAnswer decodeAnswer(byte[] bytes) throws IOException {
        DataInputStream in = opened(bytes);
        byte kind = in.readByte();
        return switch (kind) {
            case 0 -> new ReadAnswer.Part(ByteBuffer.wrap(in.readAllBytes()));
            case 1 -> new ReadAnswer.NotYet();
            case 2 -> new ReadAnswer.End(readContents(in));
            default -> throw new IOException("Unknown kind of answer: " + kind);
        };
    }

    static byte[] encode(SnapshotContents contents) {
        return checked(out -> write(out, contents));
    }

    static SnapshotContents decodeContents(byte[] bytes) throws IOException {
        return readContents(opened(bytes));
    }

    private static void write(DataOutputStream out, SnapshotContents contents) throws IOException {
        out.writeLong(contents.bytes());
        out.writeUTF(contents.sha256());
        SnapshotMark mark = contents.mark();
        out.writeLong(mark.index());
        Configuration configuration = mark.configuration();
        out.writeLong(configuration.id());
        out.writeInt(configuration.replicas().size());
        for (NodeId replica : configuration.replicas()) {
            out.writeLong(replica.value());
        }
        out.writeInt(configuration.quorum().prepare());
        out.writeInt(configuration.quorum().accept());
        out.writeUTF(configuration.metadata());
        Ballot ballot = mark.ballot();
        out.writeLong(ballot.configurationId());
        out.writeLong(ballot.number());
        out.writeInt(ballot.priority());
        out.writeLong(ballot.node());
    }

    private static SnapshotContents readContents(DataInputStream in) throws IOException {
        long bytes = in.readLong();
        String sha256 = in.readUTF();
        long index = in.readLong();
        long id = in.readLong();
        int count = in.readInt();
        if (bytes < 0 || index < 0 || count < 0 || count > Configuration.REPLICAS_MAX) {
            throw new IOException("A snapshot of " + bytes + " bytes at " + index + " with " + count + " replicas");
        }
        List<NodeId> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(new NodeId(in.readLong()));
        }
        var quorum = new Quorum(in.readInt(), in.readInt());
        var configuration = new Configuration(id, replicas, quorum, in.readUTF());
        var ballot = new Ballot(in.readLong(), in.readLong(), in.readInt(), in.readLong());
        return new SnapshotContents(bytes, sha256, new SnapshotMark(index, configuration, ballot));
    }

    private static byte[] checked(Writing writing) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writing.write(out);
            byte[] body = bytes.toByteArray();
            out.writeLong(crc32c(body, body.length));
        } catch (IOException impossible) { // Memory does not fail so.
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static DataInputStream opened(byte[] bytes) throws IOException {
        int length = bytes.length - CHECK_BYTES;
        if (length < 1) {
            throw new IOException("Only " + bytes.length + " bytes");
        }
        long told = new DataInputStream(new ByteArrayInputStream(bytes, length, CHECK_BYTES)).readLong();
        if (told != crc32c(bytes, length)) {
            throw new IOException("The checksum does not fit");
        }
        if (bytes[0] != VERSION) {
            throw new IOException("Version " + bytes[0] + " is not known here");
        }
        return new DataInputStream(new ByteArrayInputStream(Arrays.copyOfRange(bytes, 1, length)));
    }

    private static long crc32c(byte[] bytes, int length) {
        var check = new CRC32C();
        check.update(bytes, 0, length);
        return check.getValue();
    }
}
