package io.omnisql.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.omnisql.node.apply.DatabaseBootstrap;
import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.EmbeddedPostgres;
import io.omnisql.node.postgres.ExternalPostgres;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.postgres.TestPostgres;
import io.omnisql.node.postgres.TestSidecar;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.SnapshotMark;
import io.omnisql.omnipaxos.Status;
import io.omnisql.testing.FreePorts;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one real PostgreSQL under writes to another, over calls that fail now and then; and every crash on the way. */
class SnapshotRoundTripTest {
    private static final NodeId TAKER = new NodeId(1);
    private static final NodeId LAGGING = new NodeId(2);
    private static final Configuration CONFIGURATION = Configuration.ofMajorities(4, List.of(TAKER, LAGGING));
    private static final Ballot BALLOT = new Ballot(4, 12, 0, 1);
    private static final Duration START_MAX = Duration.ofSeconds(60);

    @TempDir
    static Path shared;

    /** A snapshot as it was fetched, for all tests. */
    static Path fetched;

    static long minimumIndex;
    static TestPostgres source;

    @TempDir
    Path node;

    @BeforeAll
    static void fetchOneUnderLoad() throws Exception {
        source = TestPostgres.start();
        DatabaseBootstrap.prepare(source.instance());
        fetched = shared.resolve("fetched");
        var applied = new AtomicLong();
        try (PostgresSession session = source.session(DatabaseBootstrap.DATABASE)) {
            session.execute("CREATE TABLE public.t (i bigint PRIMARY KEY, v text)");
            var ended = new CountDownLatch(1);
            Thread load = Thread.ofPlatform().start(() -> write(session, applied, ended));
            minimumIndex = 100;
            await().atMost(START_MAX).until(() -> applied.get() > minimumIndex);
            fetch(applied);
            ended.countDown();
            assertThat(load.join(START_MAX)).isTrue();
        }
    }

    @AfterAll
    static void stop() {
        source.close();
    }

    /** One entry after the other, each in one commit with the applied index, as the applier does it. */
    private static void write(PostgresSession session, AtomicLong applied, CountDownLatch ended) {
        try {
            for (long i = 1; ended.getCount() > 0; i++) {
                session.execute("BEGIN; SET LOCAL synchronous_commit = off; INSERT INTO public.t VALUES (" + i
                        + ", md5('" + i + "')); UPDATE omnisql.applied SET applied_index = " + i + "; COMMIT");
                applied.set(i);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first mark says that the configuration changed, and every fifth call fails. */
    private static void fetch(AtomicLong applied) throws Exception {
        var marks = new AtomicInteger();
        var taken = new SnapshotTaker.Source(
                source.instance(),
                applied::get,
                index -> CompletableFuture.completedFuture(
                        marks.getAndIncrement() == 0
                                ? Optional.empty()
                                : Optional.of(new SnapshotMark(index, CONFIGURATION, BALLOT))),
                BaseBackup.RATE_KIB_MAX);
        var calls = new AtomicInteger();
        var done = new CountDownLatch(1);
        try (var server = new SnapshotServer(SnapshotFolder.open(shared.resolve("taken")), taken)) {
            PeerCalls peers = (peer, kind, payload, timeout) -> calls.incrementAndGet() % 5 == 0
                    ? CompletableFuture.failedFuture(new IOException("The link broke"))
                    : server.handle(LAGGING, kind, payload);
            var target = new SnapshotFetch.Target(LAGGING, SnapshotRoundTripTest::status, () -> 0);
            try (var fetch = new SnapshotFetch(SnapshotFolder.open(fetched), target, peers, done::countDown)) {
                fetch.required(TAKER, minimumIndex);
                assertThat(done.await(2, TimeUnit.MINUTES)).as("fetched").isTrue();
                assertThat(fetch.bytes()).isEqualTo(server.bytes()).isPositive();
            }
        }
        assertThat(marks.get()).as("it was taken again").isGreaterThan(1);
    }

    private static Status status() {
        return new Status(
                LAGGING,
                CONFIGURATION,
                Status.Role.FOLLOWER,
                Status.Phase.PREPARE,
                BALLOT,
                BALLOT,
                TAKER,
                0,
                0,
                0,
                0,
                true,
                List.of(new Status.Peer(TAKER, true, -1)));
    }

    @BeforeEach
    void haveFetched() throws IOException {
        Files.createDirectories(snapshots());
        for (String file : List.of("incoming.tar", "incoming.mark")) {
            Files.copy(fetched.resolve(file), snapshots().resolve(file));
        }
        Files.createDirectories(data());
        Files.writeString(data().resolve("OLD"), "what was there before");
    }

    private Path snapshots() {
        return node.resolve("snapshots");
    }

    private Path postgresql() {
        return node.resolve("postgresql");
    }

    private Path data() {
        return postgresql().resolve("pgdata");
    }

    @Test
    void theRestoredDatabaseEqualsTheOriginalAtItsIndex() throws Exception {
        Snapshots.replaceData(snapshots(), postgresql());

        assertRestored();
    }

    @Test
    void aCrashWhileFilesWereUnpackedIsRepeated() throws Exception {
        Path half =
                Files.createDirectories(postgresql().resolve("pgdata.incoming").resolve("base"));
        Files.writeString(half.resolve("1"), "half a file");

        Snapshots.replaceData(snapshots(), postgresql());

        assertRestored();
    }

    @Test
    void aCrashBetweenTheTwoRenamesIsRepeated() throws Exception {
        Files.move(data(), postgresql().resolve("pgdata.replaced"));
        Files.createDirectories(postgresql().resolve("pgdata.incoming"));

        Snapshots.replaceData(snapshots(), postgresql());

        assertRestored();
    }

    @Test
    void aCrashAfterTheRenamesIsRepeated() throws Exception {
        Path tar = Files.copy(snapshots().resolve("incoming.tar"), node.resolve("copy.tar"));
        Files.createDirectories(postgresql().resolve("pgdata.replaced"));
        Snapshots.replaceData(snapshots(), postgresql());
        Files.copy(tar, snapshots().resolve("incoming.tar"));

        Snapshots.replaceData(snapshots(), postgresql());

        assertRestored();
    }

    @Test
    void aCrashBeforeTheIndexWasNotedIsRepeated() throws Exception {
        Snapshots.replaceData(snapshots(), postgresql());
        start().close();

        Snapshots.replaceData(snapshots(), postgresql());

        assertRestored();
    }

    @Test
    void whatWasNotFetchedToItsEndChangesNothing() throws Exception {
        Files.delete(snapshots().resolve("incoming.mark"));

        Snapshots.replaceData(snapshots(), postgresql());

        assertThat(data().resolve("OLD")).exists();
        assertThat(Snapshots.installed(snapshots(), postgresql(), 0, 0)).isEmpty();
        assertThat(snapshots()).isEmptyDirectory();
    }

    @Test
    void whatTheDiskDamagedIsDroppedAndTheOldDataStay() throws Exception {
        byte[] tar = Files.readAllBytes(snapshots().resolve("incoming.tar"));
        tar[tar.length / 2] ^= 1;
        Files.write(snapshots().resolve("incoming.tar"), tar);

        Snapshots.replaceData(snapshots(), postgresql());

        assertThat(data().resolve("OLD")).exists();
        assertThat(snapshots()).isEmptyDirectory();
    }

    @Test
    void anEntryThatLeavesTheFolderIsRefused() throws Exception {
        Path tar = snapshots().resolve("incoming.tar");
        try (OutputStream file = Files.newOutputStream(tar);
                var out = new TarArchiveOutputStream(file)) {
            out.putArchiveEntry(new TarArchiveEntry("../escaped"));
            out.closeArchiveEntry();
        }
        var contents = new SnapshotContents(
                Files.size(tar), SnapshotFolder.sha256(tar), new SnapshotMark(0, CONFIGURATION, BALLOT));
        Files.write(snapshots().resolve("incoming.mark"), SnapshotCodec.encode(contents));

        assertThatThrownBy(() -> Snapshots.replaceData(snapshots(), postgresql()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("../escaped");

        assertThat(postgresql().resolve("escaped")).doesNotExist();
        assertThat(data().resolve("OLD")).exists();
    }

    @Test
    void aNodeThatIsBehindGivesNoState() throws Exception {
        var taken = new SnapshotTaker.Source(
                source.instance(), () -> 5, index -> CompletableFuture.completedFuture(Optional.empty()), 1_000);
        try (var server = new SnapshotServer(SnapshotFolder.open(node.resolve("taken")), taken)) {
            var answer = server.handle(LAGGING, PeerCalls.Kind.SNAPSHOT_OPEN, SnapshotCodec.encodeNumber(6))
                    .toCompletableFuture();

            assertThat(answer).failsWithin(START_MAX).withThrowableThat().withMessageContaining("applied 5 entries");
        }
    }

    @Test
    void thePostgresOfAPodsContainerGivesWayToIt() throws Exception {
        Files.delete(data().resolve("OLD"));
        try (var sidecar = TestSidecar.start(node)) {
            await().atMost(START_MAX)
                    .until(() -> Files.exists(sidecar.controlFolder().resolve("state")));
            startExternal(sidecar, () -> {}).close();
            Files.writeString(data().resolve("OLD"), "what was there before");

            PostgresInstance restored = startExternal(sidecar, () -> Snapshots.replaceData(snapshots(), postgresql()));

            assertRestored(restored);
        }
    }

    /** What a node does at its start. */
    private static ExternalPostgres startExternal(TestSidecar sidecar, ThrowingRunnable replacement) throws Exception {
        ExternalPostgres.stop(sidecar.controlFolder());
        replacement.run();
        ExternalPostgres started = ExternalPostgres.start(sidecar.settings());
        started.awaitReady(START_MAX);
        return started;
    }

    private interface ThrowingRunnable {
        void run() throws IOException;
    }

    private void assertRestored() throws IOException {
        assertRestored(start());
    }

    private void assertRestored(PostgresInstance restored) throws IOException {
        assertThat(data().resolve("OLD")).doesNotExist();
        try (restored) {
            long index = DatabaseBootstrap.appliedIndex(restored);
            String query = "SELECT count(*) || ' ' || max(i) || ' ' || md5(string_agg(v, ',' ORDER BY i)) FROM public.t"
                    + " WHERE i <= " + index;
            try (PostgresSession there = session(restored);
                    PostgresSession here = source.session(DatabaseBootstrap.DATABASE)) {
                assertThat(index).isGreaterThan(minimumIndex);
                assertThat(there.single(query))
                        .startsWith(index + " " + index + " ")
                        .isEqualTo(here.single(query));
                assertThat(there.single("SELECT max(i) FROM public.t")).isEqualTo(Long.toString(index));
            }
            var mark = new SnapshotMark(index, CONFIGURATION, BALLOT);
            assertThat(Snapshots.installed(snapshots(), postgresql(), index, 0)).contains(mark);
            assertThat(Snapshots.installed(snapshots(), postgresql(), index + 9, index - 1))
                    .as("repeated until the log knows it, whatever was applied since")
                    .contains(mark);
            assertThat(Snapshots.installed(snapshots(), postgresql(), index + 9, index))
                    .isEmpty();
            assertThat(snapshots()).isEmptyDirectory();
        }
    }

    private static PostgresSession session(PostgresInstance postgres) throws IOException {
        return PostgresSession.open(
                postgres.socketAddress(), postgres.superuser(), DatabaseBootstrap.DATABASE, Map.of(), START_MAX);
    }

    private EmbeddedPostgres start() throws IOException {
        int port = FreePorts.next();
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "omnisql");
        EmbeddedPostgres started = EmbeddedPostgres.start(
                new EmbeddedPostgres.Settings(postgresql(), cache, node.resolve("s"), port, 20, Map.of()));
        started.awaitReady(START_MAX);
        return started;
    }
}
