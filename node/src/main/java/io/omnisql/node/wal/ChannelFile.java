package io.omnisql.node.wal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of the operating system. */
final class ChannelFile implements SegmentFile {
    /** Opens files of the operating system. */
    static final Opener OPENER = new Opener() {
        @Override
        public SegmentFile create(Path path) throws IOException {
            return new ChannelFile(FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE));
        }

        @Override
        public SegmentFile open(Path path) throws IOException {
            return new ChannelFile(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        }

        @Override
        public SegmentFile openToRead(Path path) throws IOException {
            return new ChannelFile(FileChannel.open(path, StandardOpenOption.READ));
        }
    };

    // The runtime keeps a direct buffer for each thread, as large as its largest transfer of a heap buffer.
    private static final int TRANSFER_BYTES_MAX = 4 << 20;

    private final FileChannel channel;

    private ChannelFile(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
        long next = position;
        while (bytes.hasRemaining()) {
            ByteBuffer slice = nextSlice(bytes);
            int written = channel.write(slice, next);
            bytes.position(bytes.position() + written);
            next += written;
        }
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
        int total = 0;
        while (bytes.hasRemaining()) {
            ByteBuffer slice = nextSlice(bytes);
            int read = channel.read(slice, position + total);
            if (read < 0) {
                break;
            }
            bytes.position(bytes.position() + read);
            total += read;
        }
        return total;
    }

    @Override
    public ByteBuffer map(Arena arena) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena)
                .asByteBuffer();
    }

    private static ByteBuffer nextSlice(ByteBuffer bytes) {
        return bytes.slice(bytes.position(), Math.min(bytes.remaining(), TRANSFER_BYTES_MAX));
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
