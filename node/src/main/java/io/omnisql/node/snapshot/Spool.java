package io.omnisql.node.snapshot;

import io.omnisql.node.snapshot.SnapshotCodec.ReadAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One snapshot on this node's disk, readable while it is being written. Thread-safe; one thread writes. */
final class Spool {
    private final long id;
    private final long fromIndex;
    private final Path file;
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable SnapshotContents contents;
    private volatile @Nullable String failure;
    private volatile long usedNanos = System.nanoTime();

    /** @param fromIndex the state will cover at least so many entries */
    Spool(long id, long fromIndex, Path file) {
        this.id = id;
        this.fromIndex = fromIndex;
        this.file = file;
    }

    long id() {
        return id;
    }

    long fromIndex() {
        return fromIndex;
    }

    long bytes() {
        return bytes.get();
    }

    boolean isBeingTaken() {
        return contents == null && failure == null;
    }

    boolean hasFailed() {
        return failure != null;
    }

    boolean isIdleFor(Duration time) {
        return !isBeingTaken() && System.nanoTime() - usedNanos > time.toNanos();
    }

    void used() {
        usedNanos = System.nanoTime();
    }

    /** Where the snapshot is written to; readers see what is written at once. */
    OutputStream begin(SnapshotFolder folder) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return new OutputStream() {
            private static final long ROOM_CHECK_BYTES = 8L << 20;
            private long checkedAt = -ROOM_CHECK_BYTES;

            @Override
            public void write(int single) throws IOException {
                write(new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                if (bytes.get() - checkedAt >= ROOM_CHECK_BYTES) {
                    folder.requireRoom();
                    checkedAt = bytes.get();
                }
                out.write(from, offset, length);
                bytes.addAndGet(length);
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    void complete(SnapshotContents whole) {
        used();
        contents = whole;
    }

    void fail(String reason) {
        failure = reason;
    }

    /** The bytes from an offset on, as many as there are up to a bound. */
    ReadAnswer read(long offset, int bytesMax) throws IOException {
        used();
        String reason = failure;
        if (reason != null) {
            throw new IOException("The snapshot could not be taken: " + reason);
        }
        SnapshotContents whole = contents; // Before the length: then that is final too.
        long there = bytes.get();
        if (offset < 0 || offset > there) {
            throw new IOException("Byte " + offset + " of " + there);
        }
        if (offset == there) {
            return whole == null ? new ReadAnswer.NotYet() : new ReadAnswer.End(whole);
        }
        ByteBuffer part = ByteBuffer.allocate((int) Math.min(bytesMax, there - offset));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (part.hasRemaining() && channel.read(part, offset + part.position()) >= 0) {
                Thread.onSpinWait(); // A read may bring less than was asked for.
            }
        }
        if (part.hasRemaining()) {
            throw new IOException("The spooled snapshot is shorter than " + there + " bytes");
        }
        return new ReadAnswer.Part(part.flip());
    }

    void delete() throws IOException {
        fail("It was dropped");
        Files.deleteIfExists(file);
    }
}
