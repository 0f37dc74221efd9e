package io.omnisql.node.wal;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Prepares the next segment's file in the background, so that a full disk is seen early and the log need not wait. */
final class SpareSegment implements Closeable {
    private static final Logger LOG = Logger.getLogger(SpareSegment.class);

    private final SegmentFolder folder;
    private final int bytes;
    private volatile boolean closed;
    private @Nullable CompletableFuture<SegmentFile> next;

    SpareSegment(SegmentFolder folder, int bytes) {
        this.folder = folder;
        this.bytes = bytes;
    }

    /**
     * Starts to prepare a file; called once for each {@link #take}. Segments below {@code firstNeeded} make room for it: here, because
     * the deletion of a large file takes its time.
     */
    void prepare(long firstNeeded) {
        CompletableFuture<SegmentFile> prepared = new CompletableFuture<>();
        next = prepared;
        Thread.ofPlatform().daemon().name("wal-spare").start(() -> prepare(prepared, firstNeeded));
    }

    private void prepare(CompletableFuture<SegmentFile> prepared, long firstNeeded) {
        try {
            folder.deleteBelow(firstNeeded);
            prepared.complete(folder.createSpare(bytes, () -> closed));
        } catch (IOException | RuntimeException failure) {
            LOG.warnf(failure, "The next segment of the log cannot be prepared, the disk may be full: bytes=%d", bytes);
            prepared.completeExceptionally(failure);
        }
    }

    /** The prepared file. When it could not be prepared, tries once more: no acknowledged byte was in it. */
    SegmentFile take() throws IOException {
        CompletableFuture<SegmentFile> prepared = next;
        next = null;
        if (prepared != null) {
            try {
                return prepared.join();
            } catch (CompletionException failure) {
                LOG.debug("Preparing the next segment is tried once more", failure);
            }
        }
        return folder.createSpare(bytes, () -> false);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        CompletableFuture<SegmentFile> prepared = next;
        if (prepared == null) {
            return;
        }
        try {
            prepared.join().close();
        } catch (CompletionException failure) {
            LOG.debug("There is no prepared segment to remove", failure);
        }
        folder.deleteSpare();
    }
}
