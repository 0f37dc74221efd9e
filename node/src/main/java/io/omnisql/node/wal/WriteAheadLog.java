package io.omnisql.node.wal;

import io.omnisql.node.replica.DurableLog;
import io.omnisql.node.replica.LogActivity;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.InvariantViolation;
import io.omnisql.omnipaxos.LogWrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The log of all configurations, in one folder. One thread writes: every batch that waits shares one write and one fsync.
 *
 * <p>After the first error of a write or an fsync nothing is acknowledged any more and nothing is tried again: after a failed
 * fsync nobody knows what the disk holds.
 */
public final class WriteAheadLog implements DurableLog, LogActivity {
    private static final Logger LOG = Logger.getLogger(WriteAheadLog.class);
    private static final int SLOTS_PER_READ_MAX = 1 << 16;

    private final FolderLock lock;
    private final SegmentFolder folder;
    private final SpareSegment spare;
    private final GroupWriter writer;
    private final SlotIndex index;
    private final DurableState recovered;
    private final DurableLog.Listener listener;
    private final BatchQueue queue;
    private final Thread thread;
    private final AtomicBoolean failed = new AtomicBoolean();
    private LogHead appended;

    private WriteAheadLog(FolderLock lock, SegmentFolder folder, Recovery.Recovered found, Opening opening) {
        WalSettings settings = opening.settings();
        this.lock = lock;
        this.folder = folder;
        this.spare = new SpareSegment(folder, settings.segmentBytes());
        this.writer = new GroupWriter(folder, spare, found, settings.segmentBytes());
        this.index = found.index();
        this.recovered = found.state();
        this.appended = found.head();
        this.listener = opening.listener();
        this.queue = new BatchQueue(settings);
        this.thread = Thread.ofPlatform().name("wal").unstarted(this::run);
    }

    private record Opening(long configurationId, WalSettings settings, DurableLog.Listener listener) {}

    /**
     * Opens, or makes, the log. The listener hears nothing before the first {@link #append}.
     *
     * @throws LogRotException when the log is damaged in a way that no crash explains
     * @throws IOException when the disk fails or the folder is in use
     */
    public static WriteAheadLog open(
            Path folder, long configurationId, WalSettings settings, DurableLog.Listener listener) throws IOException {
        return open(folder, new Opening(configurationId, settings, listener), ChannelFile.OPENER);
    }

    /** The same on files that a test provides. */
    static WriteAheadLog open(
            Path folder,
            long configurationId,
            WalSettings settings,
            DurableLog.Listener listener,
            SegmentFile.Opener opener)
            throws IOException {
        return open(folder, new Opening(configurationId, settings, listener), opener);
    }

    private static WriteAheadLog open(Path path, Opening opening, SegmentFile.Opener opener) throws IOException {
        SegmentFolder.create(path);
        FolderLock lock = FolderLock.take(path);
        try {
            SegmentFolder folder = new SegmentFolder(path, opener);
            Recovery recovery = new Recovery(
                    folder, opening.configurationId(), opening.settings().retainedBytes());
            Recovery.Recovered found = recovery.recover(opening.settings().firstSegmentBytes());
            WriteAheadLog log = new WriteAheadLog(lock, folder, found, opening);
            log.start(path);
            return log;
        } catch (IOException | RuntimeException failure) {
            lock.close();
            throw failure;
        }
    }

    private void start(Path path) {
        spare.prepare();
        thread.start();
        LOG.infof(
                "Log opened: folder=%s acceptedIndex=%d decidedIndex=%d retainedFrom=%d",
                path, recovered.acceptedIndex(), recovered.decidedIndex(), recovered.retainedFrom());
    }

    /** What was durable when the log was opened; the same answer for ever. */
    public DurableState recovered() {
        return recovered;
    }

    /**
     * {@inheritDoc}
     *
     * <p>It does wait when more than {@link WalSettings#queueBytesMax} wait for the disk: a disk that slow must slow down the
     * replica. When the disk makes no room within {@link WalSettings#stallMillisMax}, or is seen to be busy with one and the same
     * group for so long, it counts as failed, and the listener hears so on the caller's thread.
     */
    @Override
    public void append(long token, List<LogWrite> writes) {
        long bodyBytes = BatchCodec.encodedBytes(writes);
        try {
            appended = appended.after(writes);
        } catch (IllegalArgumentException misfit) {
            throw new InvariantViolation("Batch " + token + " does not fit the log: " + misfit.getMessage());
        }
        if (bodyBytes > RecordCodec.BODY_BYTES_MAX) {
            throw new InvariantViolation(
                    "Batch " + token + " has " + bodyBytes + " bytes, more than a record can hold");
        }
        try {
            queue.add(new GroupWriter.Batch(token, writes, (int) bodyBytes, appended));
        } catch (IOException stalled) {
            fail(stalled); // The log's own thread hangs in the disk: it cannot tell.
        }
    }

    @Override
    public boolean wouldWait() {
        return queue.isFull();
    }

    @Override
    public boolean hasWork() {
        return queue.hasWaiting();
    }

    @Override
    public List<Entry> read(long from, long until, long bytesMax) throws IOException {
        if (from < 0) {
            throw new IllegalArgumentException("There is no slot " + from);
        }
        // What is compacted meanwhile is not there any more: the caller learns so from the core.
        long[] places = index.places(from, Math.min(until, from + SLOTS_PER_READ_MAX));
        try (EntryReader reader = new EntryReader(folder)) {
            return reader.read(from, places, bytesMax);
        } catch (LogRotException rot) {
            // Whoever asks for this entry asks here again and again, and the next start would refuse this log.
            fail(rot);
            throw rot;
        }
    }

    @Override
    public void setListener(LogActivity.Listener counting) {
        writer.setListener(counting);
    }

    @Override
    public LogActivity.DiskUse diskUse() throws IOException {
        return folder.use();
    }

    @Override
    public LogActivity.Retained retained() throws IOException {
        return new LogSpan(folder, index).retained();
    }

    @Override
    public long indexOfLast(long bytes) throws IOException {
        return new LogSpan(folder, index).indexOfLast(bytes);
    }

    private void run() {
        try {
            List<GroupWriter.Batch> group = queue.take();
            while (!group.isEmpty()) {
                writer.write(group);
                queue.written();
                if (!failed.get()) {
                    listener.durable(group.getLast().token());
                }
                group = queue.take();
            }
            writer.finish();
        } catch (IOException failure) {
            fail(failure);
        } catch (RuntimeException | Error failure) {
            fail(new IOException("The log's thread failed", failure));
        }
    }

    private void fail(IOException failure) {
        if (failed.getAndSet(true)) {
            return;
        }
        queue.refuseAll();
        LOG.error("The log failed, nothing is acknowledged any more", failure);
        listener.failed(failure);
    }

    /** Waits until everything is durable or has failed, then frees the folder. Not to be called by the listener. */
    @Override
    public void close() {
        queue.finish();
        joinThread();
        List<AutoCloseable> parts = new ArrayList<>(List.of(writer, spare, lock));
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception failure) {
                LOG.warn("A file of the log could not be closed", failure);
            }
        }
    }

    private void joinThread() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted =
                        true; // Half closed is worse than late: the folder's lock is freed only after the last write.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
