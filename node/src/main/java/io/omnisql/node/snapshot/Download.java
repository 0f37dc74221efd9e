package io.omnisql.node.snapshot;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.snapshot.SnapshotCodec.ReadAnswer;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Brings one snapshot from one peer into the part file. After a part that failed it goes on where it was, a few times. */
final class Download {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final long NOT_YET_MILLIS = 100;
    private static final long RETRY_MILLIS = 500;
    private static final int FAILURES_MAX = 10;
    /** A peer's backup begins with a checkpoint; one that is silent for longer is given up. */
    private static final Duration SILENCE_MAX = Duration.ofMinutes(6);

    private static final long ROOM_CHECK_BYTES = 16L << 20;

    private final SnapshotFolder folder;
    private final PeerCalls peers;
    private final NodeId peer;
    private final long minimumIndex;
    private final CountDownLatch closed;
    private final MessageDigest digest = SnapshotFolder.sha256();
    private final AtomicLong bytes = new AtomicLong();

    Download(SnapshotFolder folder, PeerCalls peers, NodeId peer, long minimumIndex, CountDownLatch closed) {
        this.folder = folder;
        this.peers = peers;
        this.peer = peer;
        this.minimumIndex = minimumIndex;
        this.closed = closed;
    }

    long bytes() {
        return bytes.get();
    }

    /** The part file is whole when this returns. */
    SnapshotContents run() throws IOException, InterruptedException {
        byte[] opened = call(PeerCalls.Kind.SNAPSHOT_OPEN, SnapshotCodec.encodeNumber(minimumIndex));
        long id = SnapshotCodec.decodeNumber(opened);
        try (OutputStream part = Files.newOutputStream(folder.part())) {
            return check(readAll(id, part));
        }
    }

    private SnapshotContents readAll(long id, OutputStream part) throws IOException, InterruptedException {
        long heardNanos = System.nanoTime();
        int failures = 0;
        while (System.nanoTime() - heardNanos < SILENCE_MAX.toNanos()) {
            ReadAnswer answer;
            try {
                answer = read(id);
                failures = 0;
            } catch (IOException e) {
                failures++;
                if (failures >= FAILURES_MAX) {
                    throw e;
                }
                pause(RETRY_MILLIS);
                continue;
            }
            switch (answer) {
                case ReadAnswer.Part(ByteBuffer next) -> {
                    take(next, part);
                    heardNanos = System.nanoTime();
                }
                case ReadAnswer.NotYet() -> pause(NOT_YET_MILLIS);
                case ReadAnswer.End(SnapshotContents contents) -> {
                    return contents;
                }
            }
        }
        throw new IOException("Nothing came for " + SILENCE_MAX.toSeconds() + " s");
    }

    private void pause(long millis) throws InterruptedException {
        if (closed.await(millis, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("The node stops");
        }
    }

    private ReadAnswer read(long id) throws IOException, InterruptedException {
        byte[] answer = call(
                PeerCalls.Kind.SNAPSHOT_READ, SnapshotCodec.encode(new SnapshotCodec.ReadRequest(id, bytes.get())));
        return SnapshotCodec.decodeAnswer(answer);
    }

    private void take(ByteBuffer next, OutputStream part) throws IOException {
        long before = bytes.get();
        if (before == 0 || before / ROOM_CHECK_BYTES != (before + next.remaining()) / ROOM_CHECK_BYTES) {
            folder.requireRoom();
        }
        part.write(next.array(), next.arrayOffset() + next.position(), next.remaining());
        bytes.addAndGet(next.remaining());
        digest.update(next);
    }

    private SnapshotContents check(SnapshotContents contents) throws IOException {
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (contents.bytes() != bytes.get() || !contents.sha256().equals(sha256)) {
            throw new IOException("What came is not what was taken: bytes=" + bytes.get() + " of " + contents.bytes());
        }
        if (contents.mark().index() < minimumIndex) {
            throw new IOException("The snapshot covers " + contents.mark().index() + " entries, not " + minimumIndex);
        }
        return contents;
    }

    private byte[] call(PeerCalls.Kind kind, byte[] question) throws IOException, InterruptedException {
        try {
            return peers.call(peer, kind, question, ANSWER_MAX)
                    .toCompletableFuture()
                    .get(2 * ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new IOException("No answer", e);
        }
    }
}
