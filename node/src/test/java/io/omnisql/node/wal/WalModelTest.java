package io.omnisql.node.wal;

import static io.omnisql.node.wal.Batches.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.LogWrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random batches against a model that keeps everything in a list. */
class WalModelTest {
    private static final WalSettings SETTINGS = new WalSettings(12 << 10, 10 << 10, 600, 2_000, 8 << 20, 5_000);

    @TempDir
    Path folder;

    static LongStream seeds() {
        return Long.getLong("seed") == null ? LongStream.rangeClosed(1, 30) : LongStream.of(Long.getLong("seed"));
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void givesBackWhatAModelWould(long seed) throws IOException {
        Random random = new Random(seed);
        Batches batches = new Batches(random, 300);
        for (int life = 0; life < 6; life++) {
            Acknowledgements acknowledgements = new Acknowledgements();
            try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements)) {
                assertRecovered(log.recovered(), batches.state());
                int count = random.nextInt(40);
                for (long token = 1; token <= count; token++) {
                    log.append(token, batches.next());
                }
                acknowledgements.awaitDurable(count);
                assertReads(log, batches.state(), random);
            }
        }
    }

    private static void assertRecovered(DurableState recovered, DurableState model) {
        assertThat(recovered.standing()).isEqualTo(model.standing());
        assertThat(recovered.promise()).isEqualTo(model.promise());
        assertThat(recovered.acceptedRound()).isEqualTo(model.acceptedRound());
        assertThat(recovered.decidedIndex()).isEqualTo(model.decidedIndex());
        assertThat(recovered.compactedIndex()).isEqualTo(model.compactedIndex());
        int from = (int) (recovered.retainedFrom() - model.compactedIndex());
        assertThat(recovered.entries())
                .isEqualTo(model.entries().subList(from, model.entries().size()));
    }

    private static void assertReads(WriteAheadLog log, DurableState model, Random random) throws IOException {
        int count = model.entries().size();
        long first = model.compactedIndex();
        assertThat(log.read(first, model.acceptedIndex() + 5, Long.MAX_VALUE)).isEqualTo(model.entries());
        for (int i = 0; i < 20; i++) {
            int from = random.nextInt(count + 1);
            int until = from + random.nextInt(count - from + 1);
            assertThat(log.read(first + from, first + until, Long.MAX_VALUE))
                    .isEqualTo(model.entries().subList(from, until));
        }
        assertThat(first == 0 || log.read(first - 1, first + 5, Long.MAX_VALUE).isEmpty())
                .isTrue();
    }

    @Tag("reference-defect-4")
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void keepsWhatItAcknowledgedWhenThePowerFails(long seed) throws IOException {
        Random random = new Random(seed);
        Batches batches = new Batches(random, 900);
        List<DurableState> states = new ArrayList<>(List.of(batches.state()));
        for (int life = 0; life < 8; life++) {
            long acknowledged = writeUntilPowerFails(batches, states, random);

            DurableState recovered = recover();

            List<DurableState> allowed = states.subList((int) acknowledged, states.size());
            int found = -1;
            for (int i = 0; i < allowed.size() && found < 0; i++) {
                found = isWindowOf(recovered, allowed.get(i)) ? i : -1;
            }
            assertThat(found)
                    .as("life %d: a prefix of the batches, not less than %d", life, acknowledged)
                    .isNotNegative();
            batches = new Batches(random, 900, allowed.get(found));
            states = new ArrayList<>(List.of(batches.state()));
        }
    }

    /**
     * Writes batches; the last ones as one group whose fsync fails, so that some of its sectors are on the disk and some are not.
     * Returns how many batches must survive; lazy ones only when a later batch took them along.
     */
    private long writeUntilPowerFails(Batches batches, List<DurableState> states, Random random) throws IOException {
        Acknowledgements acknowledgements = new Acknowledgements();
        TestDisk disk = new TestDisk();
        int calm = 1 + random.nextInt(20);
        int grouped = 1 + random.nextInt(12);
        List<Boolean> lazy = new ArrayList<>();
        WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements, disk);
        CountDownLatch allWait = new CountDownLatch(1);
        for (long token = 1; token <= calm + grouped; token++) {
            if (token == calm) {
                acknowledgements.awaitDurable(token - 1);
                disk.beforeForce = () -> Acknowledgements.awaitQuietly(allWait);
                disk.forcesLeft.set(1);
            }
            List<LogWrite> writes = batches.next();
            lazy.add(writes.stream().allMatch(LogWrite.SetDecidedIndex.class::isInstance));
            states.add(batches.state());
            log.append(token, writes);
        }
        allWait.countDown();
        acknowledgements.awaitDurable(calm + grouped);
        long survives = lazy.subList(0, (int) acknowledgements.last()).lastIndexOf(false) + 1L;
        disk.losePower(random);
        log.close();
        return survives;
    }

    private DurableState recover() throws IOException {
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, new Acknowledgements())) {
            return log.recovered();
        }
    }

    private static boolean isWindowOf(DurableState recovered, DurableState whole) {
        return recovered.promise().equals(whole.promise())
                && recovered.acceptedRound().equals(whole.acceptedRound())
                && recovered.decidedIndex() == whole.decidedIndex()
                && Objects.equals(recovered.standing(), whole.standing())
                && recovered.compactedIndex() == whole.compactedIndex()
                && recovered.acceptedIndex() == whole.acceptedIndex()
                && recovered
                        .entries()
                        .equals(whole.entries()
                                .subList(
                                        (int) (recovered.retainedFrom() - whole.compactedIndex()),
                                        whole.entries().size()));
    }
}
