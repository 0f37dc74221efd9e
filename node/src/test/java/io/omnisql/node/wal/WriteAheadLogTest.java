package io.omnisql.node.wal;

import static io.omnisql.node.wal.Batches.CONFIGURATION;
import static io.omnisql.node.wal.Batches.numbered;
import static io.omnisql.node.wal.Batches.numberedEntry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.InvariantViolation;
import io.omnisql.omnipaxos.LogWrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogTest {
    private static final WalSettings SMALL = new WalSettings(64 << 10, 16 << 10, 4096, 1 << 20, 8 << 20, 5_000);

    @TempDir
    Path folder;

    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final TestDisk disk = new TestDisk();

    private WriteAheadLog open() throws IOException {
        return WriteAheadLog.open(folder, CONFIGURATION, SMALL, acknowledgements, disk);
    }

    @Test
    void startsEmpty() throws IOException {
        try (WriteAheadLog log = open()) {
            assertThat(log.recovered()).isEqualTo(DurableState.empty(CONFIGURATION));
            assertThat(log.read(0, 10, 100)).isEmpty();
        }
    }

    @Test
    void handsBackTheWindowAndServesOlderEntriesFromDisk() throws IOException {
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 100, 100)));
            log.append(2, List.of(numbered(100, 50, 100), new LogWrite.SetDecidedIndex(120)));
        }

        try (WriteAheadLog log = open()) {
            DurableState state = log.recovered();
            assertThat(state.decidedIndex()).isEqualTo(120);
            assertThat(state.acceptedIndex()).isEqualTo(150);
            long weight = state.entries().stream().mapToLong(Entry::sizeBytes).sum();
            assertThat(weight).isBetween(SMALL.retainedBytes() - 132, SMALL.retainedBytes());
            assertThat(state.entries().getFirst()).isEqualTo(numberedEntry(state.retainedFrom(), 100));
            assertThat(log.read(0, 150, Long.MAX_VALUE))
                    .hasSize(150)
                    .element(149)
                    .isEqualTo(numberedEntry(149, 100));
        }
    }

    @Test
    void handsBackEverythingUndecidedHoweverHeavy() throws IOException {
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 200, 100), new LogWrite.SetDecidedIndex(10)));
        }

        try (WriteAheadLog log = open()) {
            assertThat(log.recovered().retainedFrom()).isEqualTo(10);
            assertThat(log.recovered().entries()).hasSize(190);
        }
    }

    @Test
    void cutsAnAnswerAtItsBoundButGivesAtLeastOneEntry() throws IOException {
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 10, 100)));
            acknowledgements.awaitDurable(1);

            assertThat(log.read(2, 10, 1)).containsExactly(numberedEntry(2, 100));
            assertThat(log.read(2, 10, 264)).containsExactly(numberedEntry(2, 100), numberedEntry(3, 100));
            assertThat(log.read(8, 99, 10_000)).containsExactly(numberedEntry(8, 100), numberedEntry(9, 100));
            assertThat(log.read(10, 20, 10_000)).isEmpty();
        }
    }

    @Test
    void batchesThatWaitShareOneWriteAndOneFsync() throws Exception {
        CountDownLatch firstForces = new CountDownLatch(1);
        CountDownLatch othersWait = new CountDownLatch(1);
        disk.beforeForce = () -> {
            firstForces.countDown();
            Acknowledgements.awaitQuietly(othersWait);
        };
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 1, 10)));
            Acknowledgements.awaitOpen(firstForces);
            for (int token = 2; token <= 101; token++) {
                log.append(token, List.of(numbered(token - 1, 1, 10)));
            }
            othersWait.countDown();
            acknowledgements.awaitDurable(101);
        }

        assertThat(acknowledgements.tokens()).containsExactly(1L, 101L);
        assertThat(disk.forces).hasValue(2);
        assertThat(disk.writes).hasValue(2);
    }

    @Test
    void showsAnEntryOnlyWhenItIsDurable() throws Exception {
        CountDownLatch forces = new CountDownLatch(1);
        CountDownLatch mayForce = new CountDownLatch(1);
        disk.beforeForce = () -> {
            forces.countDown();
            Acknowledgements.awaitQuietly(mayForce);
        };
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 1, 10)));
            Acknowledgements.awaitOpen(forces);
            assertThat(log.read(0, 1, 1000)).isEmpty();

            mayForce.countDown();
            acknowledgements.awaitDurable(1);
            assertThat(log.read(0, 1, 1000)).hasSize(1);
        }
    }

    @Test
    void aDecidedIndexAloneCostsNoFsync() throws IOException {
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 5, 10)));
            acknowledgements.awaitDurable(1);
            int before = disk.forces.get();

            log.append(2, List.of(new LogWrite.SetDecidedIndex(3)));
            log.append(3, List.of());
            acknowledgements.awaitDurable(3);

            assertThat(disk.forces).hasValue(before);
        }
        try (WriteAheadLog log = open()) {
            assertThat(log.recovered().decidedIndex()).isEqualTo(3);
        }
    }

    @Test
    void aBatchLargerThanASegmentGetsALargerSegment() throws IOException {
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 3, 10)));
            log.append(2, List.of(numbered(3, 2, 300_000)));
            log.append(3, List.of(numbered(5, 3, 10)));
        }

        try (WriteAheadLog log = open()) {
            assertThat(log.recovered().acceptedIndex()).isEqualTo(8);
            assertThat(log.read(4, 8, Long.MAX_VALUE))
                    .containsExactly(
                            numberedEntry(4, 300_000),
                            numberedEntry(5, 10),
                            numberedEntry(6, 10),
                            numberedEntry(7, 10));
        }
        assertThat(acknowledgements.last()).isEqualTo(3);
    }

    @Test
    void reopensManyTimes() throws IOException {
        for (int round = 0; round < 50; round++) {
            try (WriteAheadLog log = open()) {
                assertThat(log.recovered().acceptedIndex()).isEqualTo(round * 20L);
                log.append(1, List.of(numbered(round * 20L, 20, 100), new LogWrite.SetDecidedIndex(round * 20L)));
            }
        }

        try (WriteAheadLog log = open();
                var files = Files.list(folder)) {
            assertThat(log.read(0, 1000, Long.MAX_VALUE)).hasSize(1000);
            assertThat(files.filter(file -> file.toString().endsWith(".wal"))).hasSizeGreaterThan(1);
        }
    }

    @Test
    void refusesASecondOpenOfTheSameFolder() throws IOException {
        try (WriteAheadLog log = open()) {
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("already open");
            log.append(1, List.of(numbered(0, 1, 10)));
            acknowledgements.awaitDurable(1);
        }
        open().close();
    }

    @Test
    void refusesTheLogOfAnotherConfiguration() throws IOException {
        open().close();

        assertThatThrownBy(() -> WriteAheadLog.open(folder, CONFIGURATION + 1, SMALL, acknowledgements))
                .isInstanceOf(LogRotException.class)
                .hasMessageContaining("configuration 7, not to 8");
    }

    @Test
    void refusesAGapInTheLog() throws IOException {
        try (WriteAheadLog log = open()) {
            assertThatThrownBy(() -> log.append(1, List.of(numbered(1, 1, 10))))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("do not join");
            assertThatThrownBy(() -> log.append(1, List.of(new LogWrite.SetDecidedIndex(1))))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("beyond the log's end");
            assertThatThrownBy(() -> log.append(1, List.of(new LogWrite.SetCompactedIndex(1))))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("beyond the decided index");
        }
    }

    @Test
    void deletesSegmentsWhoseEntriesNobodyNeeds() throws IOException {
        try (WriteAheadLog log = open()) {
            for (int slot = 0; slot < 400; slot++) {
                log.append(slot + 1, List.of(numbered(slot, 1, 500), new LogWrite.SetDecidedIndex(slot + 1)));
            }
            acknowledgements.awaitDurable(400);
            log.append(401, List.of(new LogWrite.SetCompactedIndex(390)));
            for (int slot = 400; slot < 440; slot++) {
                log.append(slot + 2, List.of(numbered(slot, 1, 500)));
            }
            acknowledgements.awaitDurable(441);
        }

        try (WriteAheadLog log = open();
                var files = Files.list(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".wal")).count())
                    .isLessThan(10);
            assertThat(log.recovered().compactedIndex()).isEqualTo(390);
            assertThat(log.recovered().acceptedIndex()).isEqualTo(440);
            assertThat(log.read(390, 440, Long.MAX_VALUE)).hasSize(50).first().isEqualTo(numberedEntry(390, 500));
        }
    }

    @Test
    void deletesSegmentsAsSoonAsTheLogIsTrimmedWhateverIsWrittenAfterwards() throws IOException {
        try (WriteAheadLog log = open()) {
            for (int slot = 0; slot < 400; slot++) {
                log.append(slot + 1, List.of(numbered(slot, 1, 500), new LogWrite.SetDecidedIndex(slot + 1)));
            }
            acknowledgements.awaitDurable(400);
            long before = log.diskUse().segments();

            log.append(401, List.of(new LogWrite.SetCompactedIndex(400)));

            assertThat(before).isGreaterThan(2);
            Awaitility.await("one segment is left")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(log.diskUse().segments()).isOne());
        }
    }

    @Test
    void servesReadersWhileItIsWritten() throws Exception {
        int count = 3_000;
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        try (WriteAheadLog log = open()) {
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> readAll(log, count))
                    .whenComplete((nothing, failure) -> wrong.set(failure));
            for (int slot = 0; slot < count; slot++) {
                log.append(slot + 1, List.of(numbered(slot, 1, 8 + slot % 500)));
            }
            reader.get(30, TimeUnit.SECONDS);
        }
        assertThat(wrong).hasValue(null);
    }

    private static void readAll(WriteAheadLog log, int count) {
        int next = 0;
        try {
            while (next < count) {
                for (Entry entry : log.read(next, count, 10_000)) {
                    assertThat(entry).isEqualTo(numberedEntry(next, 8 + next % 500));
                    next++;
                }
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void anInterruptedReaderDoesNotHarmTheWriter() throws Exception {
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 10, 10)));
            acknowledgements.awaitDurable(1);
            CompletableFuture.runAsync(() -> {
                        Thread.currentThread().interrupt();
                        assertThatThrownBy(() -> log.read(0, 10, 1000)).isInstanceOf(IOException.class);
                    })
                    .get(30, TimeUnit.SECONDS);

            log.append(2, List.of(numbered(10, 1, 10)));
            acknowledgements.awaitDurable(2);

            assertThat(log.read(10, 11, 1000)).hasSize(1);
            assertThat(acknowledgements.failures()).isEmpty();
        }
    }

    @Test
    void tellsWhenAnEntryRotsAfterTheStart() throws IOException {
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 1, 100)));
            acknowledgements.awaitDurable(1);
            flip(folder.resolve("0000000000000001.wal"), SegmentHeader.BYTES + 100);

            assertThatThrownBy(() -> log.read(0, 1, 1000))
                    .isInstanceOf(LogRotException.class)
                    .hasMessageContaining("slot 0");
        }
    }

    /** Who reads on will meet it, and then the node has to stop: the same bytes would keep its next start from going on. */
    @Test
    void givesWhatIsSoundBeforeAnEntryThatRotsAndFailsWhenNothingIs() throws IOException {
        try (WriteAheadLog log = open()) {
            log.append(1, List.of(numbered(0, 3, 100)));
            acknowledgements.awaitDurable(1);
            flip(folder.resolve("0000000000000001.wal"), offsetOfSlot(2));

            assertThat(log.read(0, 3, 1000)).containsExactly(numberedEntry(0, 100), numberedEntry(1, 100));
            assertThatThrownBy(() -> log.read(2, 3, 1000))
                    .isInstanceOf(LogRotException.class)
                    .hasMessageContaining("slot 2");
            assertThat(acknowledgements.failures()).hasSize(1).first().isInstanceOf(LogRotException.class);
        }
    }

    /** Where the content of an entry of 100 bytes begins. */
    private int offsetOfSlot(long slot) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("0000000000000001.wal"));
        byte[] content = ((Entry.Command) numberedEntry(slot, 100)).bytes();
        for (int offset = 0; offset + content.length <= bytes.length; offset++) {
            if (Arrays.equals(bytes, offset, offset + content.length, content, 0, content.length)) {
                return offset;
            }
        }
        throw new AssertionError("slot " + slot + " is not there");
    }

    static void flip(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= 0x10;
        Files.write(file, bytes);
    }
}
