package io.omnisql.node.wal;

import static io.omnisql.node.wal.Batches.CONFIGURATION;
import static io.omnisql.node.wal.Batches.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails: the log stops, once, and what it acknowledged is there. */
class FullDiskTest {
    private static final WalSettings SETTINGS = new WalSettings(64 << 10, 16 << 10, 1 << 20, 1 << 20, 20_000, 300);

    @TempDir
    Path folder;

    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final TestDisk disk = new TestDisk();

    /** Appends entries until the log fails. */
    private static void appendUntilFailure(WriteAheadLog log, Acknowledgements acknowledgements) {
        for (long token = 1; token < 100_000 && acknowledgements.failures().isEmpty(); token++) {
            log.append(token, List.of(numbered(log.recovered().acceptedIndex() + token - 1, 1, 200)));
        }
        acknowledgements.awaitFailure();
    }

    @Test
    void aFullDiskStopsTheLogOnceAndLosesNothingAcknowledged() throws IOException {
        disk.bytesLeft.set(300_000);
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements, disk)) {
            appendUntilFailure(log, acknowledgements);
            long last = acknowledgements.last();
            disk.bytesLeft.set(Long.MAX_VALUE);

            log.append(1_000_000, List.of()); // There is room again, but nobody is told anything any more.

            assertThat(acknowledgements.last()).isEqualTo(last).isPositive();
        }

        assertThat(acknowledgements.failures()).hasSize(1).first().asString().contains("No space left");
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, new Acknowledgements())) {
            assertThat(log.recovered().acceptedIndex()).isGreaterThanOrEqualTo(acknowledgements.last());
        }
    }

    @Test
    void aDiskThatIsTooSmallIsRefusedAtTheFirstStart() throws IOException {
        disk.bytesLeft.set(10_000);

        assertThatThrownBy(() -> WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements, disk))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left");

        disk.bytesLeft.set(Long.MAX_VALUE);
        WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements, disk)
                .close();
    }

    @Test
    void aFailedFsyncIsNeverTriedAgain() throws IOException {
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements, disk)) {
            log.append(1, List.of(numbered(0, 1, 10)));
            acknowledgements.awaitDurable(1);
            int forces = disk.forces.get();
            disk.forcesLeft.set(0);
            log.append(2, List.of(numbered(1, 1, 10)));
            acknowledgements.awaitFailure();
            disk.forcesLeft.set(100);

            log.append(3, List.of(numbered(2, 1, 10)));

            assertThat(disk.forces).hasValue(forces + 1);
            assertThat(log.read(0, 10, 1000)).hasSize(1);
        }
        assertThat(acknowledgements.tokens()).containsExactly(1L);
        assertThat(acknowledgements.failures()).hasSize(1);
        assertThat(disk.forces.get()).isEqualTo(2);
    }

    @Test
    void aDiskThatHangsFillsTheQueueAndThenCountsAsFailed() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch wakes = new CountDownLatch(1);
        disk.beforeForce = () -> {
            hangs.countDown();
            Acknowledgements.awaitQuietly(wakes);
        };
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements, disk)) {
            log.append(1, List.of(numbered(0, 1, 10)));
            assertThat(hangs.await(10, TimeUnit.SECONDS)).isTrue();

            for (int token = 2; acknowledgements.failures().isEmpty(); token++) {
                log.append(token, List.of(numbered(token - 1, 1, 1000)));
            }
            wakes.countDown();
        }
        assertThat(acknowledgements.tokens()).isEmpty();
        assertThat(acknowledgements.failures()).hasSize(1).first().asString().contains("made no room within 300 ms");
    }

    /** Whoever leads, or wants to, brings a batch now and then, however little it has to write. */
    @Test
    void aDiskThatHangsCountsAsFailedHoweverLittleWaits() throws IOException {
        CountDownLatch wakes = new CountDownLatch(1);
        disk.beforeForce = () -> Acknowledgements.awaitQuietly(wakes);
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements, disk)) {
            log.append(1, List.of(numbered(0, 1, 10)));

            AtomicLong token = new AtomicLong(1);
            Awaitility.await("the log fails")
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        log.append(token.incrementAndGet(), List.of());
                        return !acknowledgements.failures().isEmpty();
                    });
            wakes.countDown();
        }
        assertThat(acknowledgements.tokens()).isEmpty();
        assertThat(acknowledgements.failures()).hasSize(1).first().asString().contains("has not answered for 300 ms");
    }

    @Test
    void aDiskThatWorksDoesNotCountAsFailedBecauseNobodyWroteForLong() throws Exception {
        WalSettings impatient = new WalSettings(64 << 10, 16 << 10, 1 << 20, 1 << 20, 20_000, 1);
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, impatient, acknowledgements, disk)) {
            log.append(1, List.of(numbered(0, 1, 10)));
            acknowledgements.awaitDurable(1);
            long since = System.nanoTime();
            Awaitility.await().until(() -> System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(20));

            log.append(2, List.of(numbered(1, 1, 10)));
            acknowledgements.awaitDurable(2);
        }
        assertThat(acknowledgements.failures()).isEmpty();
    }

    @Test
    void aReallyFullDiskStopsTheLogAndLosesNothingAcknowledged() throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder.toString()),
                "SKIPPED: a tmpfs can be mounted by root only, so the really full disk is not tested here");
        try {
            Path walFolder = folder.resolve("wal");
            try (WriteAheadLog log = WriteAheadLog.open(walFolder, CONFIGURATION, SETTINGS, acknowledgements)) {
                appendUntilFailure(log, acknowledgements);
            }

            assertThat(acknowledgements.last()).isGreaterThan(100);
            assertThat(acknowledgements.failures())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("No space left");
            try (WriteAheadLog log = WriteAheadLog.open(walFolder, CONFIGURATION, SETTINGS, new Acknowledgements())) {
                assertThat(log.recovered().acceptedIndex()).isGreaterThanOrEqualTo(acknowledgements.last());
            }
        } finally {
            assertThat(run("umount", folder.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
