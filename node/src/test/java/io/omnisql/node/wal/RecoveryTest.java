package io.omnisql.node.wal;

import static io.omnisql.node.wal.Batches.CONFIGURATION;
import static io.omnisql.node.wal.Batches.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.LogWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What recovery makes of a log whose bytes a crash cut, or rot changed, at every single place. */
class RecoveryTest {
    private static final WalSettings SETTINGS = new WalSettings(8 << 10, 8 << 10, 1 << 20, 1 << 20, 8 << 20, 5_000);
    private static final int BATCHES = 14;

    @TempDir
    Path folder;

    private Path file = Path.of("");
    private byte[] image = {};
    private final List<DurableState> states = new ArrayList<>(); // [n] after n batches
    private final List<Integer> ends = new ArrayList<>(); // [n] where the record of batch n ends

    @BeforeEach
    void writeALogOfSeveralBatches() throws IOException {
        file = folder.resolve("0000000000000001.wal");
        Batches batches = new Batches(new Random(42), 60);
        states.add(batches.state());
        Acknowledgements acknowledgements = new Acknowledgements();
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements)) {
            for (long token = 1; token <= BATCHES; ) {
                List<LogWrite> writes = batches.next();
                if (writes.stream().allMatch(LogWrite.SetDecidedIndex.class::isInstance)) {
                    writes = new ArrayList<>(writes);
                    writes.add(new LogWrite.SetPromise(batches.state().promise()));
                }
                log.append(token, writes);
                acknowledgements.awaitDurable(token++);
                states.add(batches.state());
            }
        }
        image = Files.readAllBytes(file);
        for (int end = SegmentHeader.BYTES; ends.size() < BATCHES; ) {
            end += RecordCodec.recordBytes(RecordCodec.bodyBytes(ByteBuffer.wrap(image), end));
            ends.add(end);
        }
    }

    private DurableState recover() throws IOException {
        Recovery recovery =
                new Recovery(new SegmentFolder(folder, ChannelFile.OPENER), CONFIGURATION, SETTINGS.retainedBytes());
        Recovery.Recovered recovered = recovery.recover(SETTINGS.firstSegmentBytes());
        recovered.active().close();
        return recovered.state();
    }

    private @Nullable DurableState recoverOrRefuse() throws IOException {
        try {
            return recover();
        } catch (LogRotException refused) {
            assertThat(refused).hasMessageContaining(file.getFileName().toString());
            return null;
        }
    }

    /** How many records are whole when only zeros follow {@code offset}: their own last bytes may be zeros anyway. */
    private int batchesBefore(int offset) {
        return (int) ends.stream().filter(end -> lastByte(end) < offset).count();
    }

    private int lastByte(int end) {
        int last = end - 1;
        while (image[last] == 0) {
            last--;
        }
        return last;
    }

    @Test
    void aCrashAtAnyByteLeavesAllBatchesBeforeIt() throws IOException {
        for (int cut = SegmentHeader.BYTES; cut <= ends.getLast(); cut++) {
            byte[] crashed = image.clone();
            Arrays.fill(crashed, cut, crashed.length, (byte) 0);
            Files.write(file, crashed);

            DurableState recovered = recover();

            assertThat(recovered).as("cut at %d", cut).isEqualTo(states.get(batchesBefore(cut)));
            assertThat(recover()).as("recovered again").isEqualTo(recovered);
        }
    }

    @Test
    void aFileThatIsShorterThanItWasMadeIsRefused() throws IOException {
        for (int cut = 0; cut < image.length; cut += 7) {
            Files.write(file, Arrays.copyOf(image, cut));

            assertThatThrownBy(this::recover).isInstanceOf(LogRotException.class);
        }
    }

    @Test
    void aFlippedBitAnywhereIsRefusedOrCutsTheLastGroup() throws IOException {
        int lastStart = ends.get(BATCHES - 2);
        for (int offset = 0; offset < ends.getLast() + 16; offset++) {
            Files.write(file, image);
            WriteAheadLogTest.flip(file, offset);

            DurableState recovered = recoverOrRefuse();

            if (offset < lastStart) {
                boolean harmless = states.getLast().equals(recovered); // Padding between records means nothing.
                assertThat(recovered == null || harmless)
                        .as("flipped at %d", offset)
                        .isTrue();
            } else {
                assertThat(states.indexOf(recovered))
                        .as("flipped at %d", offset)
                        .isGreaterThanOrEqualTo(BATCHES - 1);
            }
        }
    }

    @Test
    void aGroupThatReachedTheDiskInPartIsCutAsAWhole() throws Exception {
        int acknowledged = ends.getLast();
        CountDownLatch firstForces = new CountDownLatch(1);
        CountDownLatch groupWaits = new CountDownLatch(1);
        TestDisk disk = new TestDisk();
        disk.beforeForce = () -> {
            firstForces.countDown();
            Acknowledgements.awaitQuietly(groupWaits);
        };
        DurableState before;
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, new Acknowledgements(), disk)) {
            long next = log.recovered().acceptedIndex();
            log.append(1, List.of(numbered(next, 1, 20)));
            Acknowledgements.awaitOpen(firstForces);
            log.append(2, List.of(numbered(next + 1, 1, 20)));
            log.append(3, List.of(numbered(next + 2, 1, 20)));
            groupWaits.countDown();
        }
        byte[] withGroup = Files.readAllBytes(file);
        int firstEnd =
                acknowledged + RecordCodec.recordBytes(RecordCodec.bodyBytes(ByteBuffer.wrap(withGroup), acknowledged));
        before = recover();

        Arrays.fill(withGroup, firstEnd, firstEnd + 8, (byte) 0); // The second record is torn, the third is whole.
        Files.write(file, withGroup);
        DurableState recovered = recover();

        assertThat(recovered.acceptedIndex()).isEqualTo(before.acceptedIndex() - 2);
        assertThat(Arrays.copyOfRange(Files.readAllBytes(file), firstEnd, withGroup.length))
                .as("nothing of the cut tail may ever come back")
                .containsOnly(0);
    }

    @Test
    void bytesOfAnotherPlaceOrAnotherLogAreNoRecords() throws IOException {
        int first = SegmentHeader.BYTES;
        int firstBytes = ends.getFirst() - first;
        byte[] moved = image.clone();
        System.arraycopy(image, first, moved, ends.getLast(), firstBytes); // A stale record where the next would go.
        Files.write(file, moved);

        assertThat(recover()).isEqualTo(states.getLast());

        ByteBuffer bytes = ByteBuffer.wrap(image);
        SegmentHeader header = SegmentHeader.decode(file, bytes);
        assertThat(new RecordCodec(header.logId(), 1).isRecord(bytes, first)).isTrue();
        assertThat(new RecordCodec(header.logId() + 1, 1).isRecord(bytes, first))
                .isFalse();
        assertThat(new RecordCodec(header.logId(), 2).isRecord(bytes, first)).isFalse();
    }

    @Test
    void goesOnAfterACutAndForgetsTheTail() throws IOException {
        byte[] torn = image.clone();
        torn[ends.getLast() - 9] ^= 1;
        Files.write(file, torn);
        long accepted = states.get(BATCHES - 1).acceptedIndex();

        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, new Acknowledgements())) {
            assertThat(log.recovered()).isEqualTo(states.get(BATCHES - 1));
            log.append(1, List.of(numbered(accepted, 1, 20)));
        }

        assertThat(recover().acceptedIndex()).isEqualTo(accepted + 1);
    }

    @Test
    void rotInAnEarlierSegmentIsRefused() throws IOException {
        fillSegments();
        byte[] first = Files.readAllBytes(file);
        for (int offset = 0; offset < first.length; offset += 5) {
            Files.write(file, first);
            WriteAheadLogTest.flip(file, offset);

            DurableState recovered = recoverOrRefuse();

            assertThat(recovered == null || recovered.acceptedIndex() == 200)
                    .as("flipped at %d", offset)
                    .isTrue();
        }
    }

    @Test
    void aMissingOrForeignSegmentIsRefused() throws IOException {
        fillSegments();
        Path second = folder.resolve("0000000000000002.wal");
        byte[] bytes = Files.readAllBytes(second);

        Files.delete(second);
        assertThatThrownBy(this::recover).isInstanceOf(IOException.class);

        Files.write(second, Files.readAllBytes(folder.resolve("0000000000000003.wal")));
        assertThatThrownBy(this::recover).isInstanceOf(LogRotException.class).hasMessageContaining("does not continue");

        Files.write(second, bytes);
        assertThat(recover().acceptedIndex()).isEqualTo(200);
    }

    private void fillSegments() throws IOException {
        long accepted = states.getLast().acceptedIndex();
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, new Acknowledgements())) {
            for (long slot = accepted; slot < 200; slot++) {
                log.append(slot + 1, List.of(numbered(slot, 1, 100)));
            }
        }
        assertThat(folder.resolve("0000000000000004.wal")).exists();
    }
}
