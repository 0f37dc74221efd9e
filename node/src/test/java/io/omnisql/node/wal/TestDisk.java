package io.omnisql.node.wal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Real files that count, break, or lose what was not forced. */
final class TestDisk implements SegmentFile.Opener {
    private static final int SECTOR_BYTES = 512;

    /** Forces and writes of the log's own thread; those of spare segments are not counted. */
    final AtomicInteger forces = new AtomicInteger();

    final AtomicInteger writes = new AtomicInteger();

    /** How many bytes may still be written before the disk is full. */
    final AtomicLong bytesLeft = new AtomicLong(Long.MAX_VALUE);

    /** How many forces of the log's own thread succeed before they fail. */
    final AtomicInteger forcesLeft = new AtomicInteger(Integer.MAX_VALUE);

    /** Runs before each force of the log's own thread. */
    volatile Runnable beforeForce = () -> {};

    private final Map<Place, byte[]> unforced = new HashMap<>();

    private record Place(TestFile file, long sector) {}

    @Override
    public SegmentFile create(Path path) throws IOException {
        return new TestFile(ChannelFile.OPENER.create(path));
    }

    @Override
    public SegmentFile open(Path path) throws IOException {
        return new TestFile(ChannelFile.OPENER.open(path));
    }

    @Override
    public SegmentFile openToRead(Path path) throws IOException {
        return ChannelFile.OPENER.openToRead(path);
    }

    /** The power fails: each sector that was not forced is lost or kept, as chance decides. */
    synchronized void losePower(Random random) throws IOException {
        for (Map.Entry<Place, byte[]> before : unforced.entrySet()) {
            if (random.nextBoolean()) {
                Place place = before.getKey();
                place.file.file.write(ByteBuffer.wrap(before.getValue()), place.sector * SECTOR_BYTES);
            }
        }
        unforced.clear();
    }

    private static boolean isLogThread() {
        return Thread.currentThread().getName().equals("wal");
    }

    private final class TestFile implements SegmentFile {
        private final SegmentFile file;

        TestFile(SegmentFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            if (bytesLeft.addAndGet(-bytes.remaining()) < 0) {
                throw new IOException("No space left on device");
            }
            if (isLogThread()) {
                writes.incrementAndGet();
            }
            synchronized (TestDisk.this) {
                remember(position, bytes.remaining());
                file.write(bytes, position);
            }
        }

        private void remember(long position, int count) throws IOException {
            for (long sector = position / SECTOR_BYTES; sector * SECTOR_BYTES < position + count; sector++) {
                Place place = new Place(this, sector);
                if (!unforced.containsKey(place)) {
                    ByteBuffer before = ByteBuffer.allocate(SECTOR_BYTES);
                    file.read(before, sector * SECTOR_BYTES);
                    unforced.put(place, before.array());
                }
            }
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public ByteBuffer map(Arena arena) throws IOException {
            return file.map(arena);
        }

        @Override
        public void force() throws IOException {
            if (isLogThread()) {
                beforeForce.run();
                forces.incrementAndGet();
                requireForceLeft();
            }
            synchronized (TestDisk.this) {
                unforced.keySet().removeIf(place -> place.file == this);
            }
            file.force();
        }

        private void requireForceLeft() throws IOException {
            if (forcesLeft.decrementAndGet() < 0) {
                throw new IOException("Input/output error");
            }
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            synchronized (TestDisk.this) {
                // A closed file could not be rolled back: only sealed ones, which are forced, and those of a stopped
                // log close.
                unforced.keySet().removeIf(place -> place.file == this);
            }
            file.close();
        }
    }
}
