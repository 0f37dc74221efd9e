package io.omnisql.node.wal;

import io.omnisql.node.replica.DurableFile;
import io.omnisql.node.replica.LogActivity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder's files: a segment gets its name only when it is filled with zeros and its header is durable. */
final class SegmentFolder {
    private static final Pattern SEGMENT_NAME = Pattern.compile("\\d{16}\\.wal");
    private static final String SPARE_NAME = "spare.tmp";
    private static final int ZERO_CHUNK_BYTES = 1 << 20;
    private static final int ZERO_CHUNKS_PER_FORCE = 4;

    private final Path folder;
    private final SegmentFile.Opener opener;

    SegmentFolder(Path folder, SegmentFile.Opener opener) {
        this.folder = folder;
        this.opener = opener;
    }

    /** Makes the folder, and those above, when it is not there, so that it survives power loss. */
    static void create(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(folder)) {
            create(parent);
            Files.createDirectories(folder);
            DurableFile.force(parent);
        }
    }

    Path path(long number) {
        return folder.resolve(String.format(Locale.ROOT, "%016d.wal", number));
    }

    /** Numbers of all segments, ascending. */
    List<Long> numbers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> SEGMENT_NAME.matcher(name).matches())
                    .map(name -> Long.valueOf(name.substring(0, name.indexOf('.'))))
                    .sorted()
                    .toList();
        }
    }

    /** What the segments take. */
    LogActivity.DiskUse use() throws IOException {
        List<Long> all = numbers();
        long bytes = 0;
        for (long number : all) {
            bytes += bytes(number);
        }
        return new LogActivity.DiskUse(all.size(), bytes);
    }

    long bytes(long number) throws IOException {
        try {
            return Files.size(path(number));
        } catch (NoSuchFileException gone) {
            return 0; // Trimmed meanwhile.
        }
    }

    /** Deletes segments below {@code number}, the oldest first: whatever a crash leaves has no gap. */
    void deleteBelow(long number) throws IOException {
        for (long each : numbers()) {
            if (each < number) {
                Files.deleteIfExists(path(each));
            }
        }
    }

    SegmentFile open(long number) throws IOException {
        return opener.open(path(number));
    }

    SegmentFile openToRead(long number) throws IOException {
        return opener.openToRead(path(number));
    }

    /** Makes the file of the next segment: durable zeros, so that later fsyncs need not touch the file's metadata. */
    SegmentFile createSpare(int bytes, BooleanSupplier isCancelled) throws IOException {
        SegmentFile file = opener.create(folder.resolve(SPARE_NAME));
        try {
            fillWithZeros(file, bytes, isCancelled);
            return file;
        } catch (IOException | RuntimeException failure) {
            file.close();
            deleteSpare();
            throw failure;
        }
    }

    private static void fillWithZeros(SegmentFile file, int bytes, BooleanSupplier isCancelled) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(Math.min(bytes, ZERO_CHUNK_BYTES));
        int position = 0;
        for (int chunk = 1; position < bytes && !isCancelled.getAsBoolean(); chunk++) {
            zeros.clear().limit(Math.min(zeros.capacity(), bytes - position));
            position += zeros.remaining();
            file.write(zeros, position - zeros.remaining());
            if (chunk % ZERO_CHUNKS_PER_FORCE == 0) {
                file.force(); // In small steps: one large one would hold up the log's own fsyncs.
            }
        }
        file.force();
    }

    /** Removes a spare that a crash, or a stop, left behind. */
    void deleteSpare() throws IOException {
        Files.deleteIfExists(folder.resolve(SPARE_NAME));
    }

    /** Turns the spare into a segment, durably. */
    Segment promoteSpare(SegmentFile spare, SegmentHeader header) throws IOException {
        spare.write(header.encode(), 0);
        spare.force();
        Files.move(folder.resolve(SPARE_NAME), path(header.number()), StandardCopyOption.ATOMIC_MOVE);
        DurableFile.force(folder);
        return new Segment(header, spare, SegmentHeader.BYTES);
    }
}
