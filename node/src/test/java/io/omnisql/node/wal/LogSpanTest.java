package io.omnisql.node.wal;

import static io.omnisql.node.wal.Batches.CONFIGURATION;
import static io.omnisql.node.wal.Batches.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.replica.LogActivity.Retained;
import io.omnisql.omnipaxos.LogWrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSpanTest {
    private static final WalSettings SMALL = new WalSettings(64 << 10, 16 << 10, 4096, 1 << 20, 8 << 20, 5_000);

    @TempDir
    Path folder;

    private final Acknowledgements acknowledgements = new Acknowledgements();

    private WriteAheadLog open() throws IOException {
        return WriteAheadLog.open(folder, CONFIGURATION, SMALL, acknowledgements, new TestDisk());
    }

    @Test
    void anEmptyLogKeepsNothing() throws IOException {
        try (WriteAheadLog log = open()) {
            assertThat(log.retained()).isEqualTo(new Retained(0, 0));
            assertThat(log.indexOfLast(1_000)).isZero();
        }
    }

    @Test
    void tellsWhatIsKeptAndWhereItWouldBeLess() throws IOException {
        try (WriteAheadLog log = open()) {
            for (int batch = 0; batch < 100; batch++) {
                log.append(batch + 1, List.of(numbered(10L * batch, 10, 500)));
            }
            Awaitility.await().until(() -> log.read(999, 1_000, 1).size() == 1);

            assertThat(log.retained().from()).isZero();
            assertThat(log.retained().bytes()).isBetween(500_000L, 650_000L);
            assertThat(log.indexOfLast(100_000)).isBetween(780L, 840L);
            assertThat(log.indexOfLast(Long.MAX_VALUE)).isZero();

            long until = log.indexOfLast(100_000);
            log.append(101, List.of(new LogWrite.SetDecidedIndex(1_000), new LogWrite.SetCompactedIndex(until)));
            Awaitility.await().until(() -> log.retained().from() == until);
            assertThat(log.retained().bytes()).isBetween(70_000L, 100_000L);
        }
    }
}
