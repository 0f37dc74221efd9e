package io.omnisql.node.wal;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the next segment's file and deletes those that nobody needs, one after the other in the background: a full disk is seen
 * early, and the log waits for neither.
 */
final class SpareSegment implements Closeable {
    private static final Logger LOG = Logger.getLogger(SpareSegment.class);

    private final SegmentFolder folder;
    private final int bytes;
    private final ExecutorService background = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("wal-spare").factory());
    private volatile boolean closed;
    private @Nullable CompletableFuture<SegmentFile> next;

    SpareSegment(SegmentFolder folder, int bytes) {
        this.folder = folder;
        this.bytes = bytes;
    }

    /** Starts to prepare a file; called once for each {@link #take}. */
    void prepare() {
        CompletableFuture<SegmentFile> prepared = new CompletableFuture<>();
        next = prepared;
        background.execute(() -> prepare(prepared));
    }

    private void prepare(CompletableFuture<SegmentFile> prepared) {
        try {
            prepared.complete(folder.createSpare(bytes, () -> closed));
        } catch (IOException | RuntimeException failure) {
            LOG.warnf(failure, "The next segment of the log cannot be prepared, the disk may be full: bytes=%d", bytes);
            prepared.completeExceptionally(failure);
        }
    }

    /** Deletes segments below {@code firstNeeded}, before what is prepared after this call. What fails, the next call tries again. */
    void makeRoom(long firstNeeded) {
        background.execute(() -> {
            try {
                folder.deleteBelow(firstNeeded);
            } catch (IOException | RuntimeException failure) {
                LOG.warnf(failure, "Segments of the log cannot be deleted, the disk fills up: below=%d", firstNeeded);
            }
        });
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
        background.close();
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
