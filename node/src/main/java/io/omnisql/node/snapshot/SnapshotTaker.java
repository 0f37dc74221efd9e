package io.omnisql.node.snapshot;

import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.omnipaxos.SnapshotMark;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Takes the state of this node's PostgreSQL while it goes on serving.
 *
 * <p>How much the state covers is known only when it has recovered; at least what was applied when the backup began. The mark is drawn
 * when it has ended: no entry of the state can have been decided by a later ballot than this node has promised then.
 */
final class SnapshotTaker {
    private static final Logger LOG = Logger.getLogger(SnapshotTaker.class);
    private static final Duration MARK_MAX = Duration.ofSeconds(30);

    private final Source source;

    /**
     * Where states come from.
     *
     * @param mark {@link io.omnisql.node.replica.ReplicaLoop#mark}
     * @param rateKib how fast PostgreSQL may be read, in KiB a second
     */
    record Source(
            PostgresInstance postgres,
            LongSupplier appliedIndex,
            LongFunction<CompletableFuture<Optional<SnapshotMark>>> mark,
            int rateKib) {}

    SnapshotTaker(Source source) {
        this.source = source;
    }

    /** Fills the spool, which then is complete or has failed. Blocks for as long as it takes. */
    void take(Spool spool, SnapshotFolder folder) {
        LOG.infof("Taking a snapshot: id=%016x appliedIndex=%d", spool.id(), spool.fromIndex());
        try {
            spool.complete(taken(spool, folder));
            LOG.infof("Snapshot taken: id=%016x bytes=%d", spool.id(), spool.bytes());
        } catch (IOException | RuntimeException e) {
            LOG.errorf("The snapshot could not be taken: id=%016x cause=%s", spool.id(), e.getMessage());
            spool.fail(String.valueOf(e.getMessage()));
        }
    }

    private SnapshotContents taken(Spool spool, SnapshotFolder folder) throws IOException {
        MessageDigest digest = SnapshotFolder.sha256();
        try (OutputStream out = new DigestOutputStream(spool.begin(folder), digest)) {
            BaseBackup.write(source.postgres(), source.rateKib(), out);
        }
        SnapshotMark mark = mark(spool.fromIndex())
                .orElseThrow(() -> new IOException("The configuration changed meanwhile: take it again"));
        return new SnapshotContents(spool.bytes(), HexFormat.of().formatHex(digest.digest()), mark);
    }

    private Optional<SnapshotMark> mark(long index) throws IOException {
        try {
            return source.mark().apply(index).get(MARK_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("The replica gave no mark: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the replica drew a mark", e);
        }
    }
}
