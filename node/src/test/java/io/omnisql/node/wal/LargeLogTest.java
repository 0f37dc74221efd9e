package io.omnisql.node.wal;

import static io.omnisql.node.wal.Batches.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node starts again in the heap that it ran in, however long its log is. */
class LargeLogTest {
    private static final WalSettings SETTINGS = WalSettings.defaults();
    private static final long MINUTES_MAX = 2;
    private static final int SEGMENTS = 3;

    @TempDir
    Path folder;

    @Test
    void aLogLargerThanTheHeapIsRecovered() throws Exception {
        writeSegments(SEGMENTS);

        // The node's own heap by default is three and a half segments; this one has room for one.
        Process opening = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx80m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opening.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(opening.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(opening.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
        assertThat(opening.exitValue()).as(printed).isZero();
        assertThat(printed).contains("opened");
    }

    private void writeSegments(int count) throws IOException {
        var acknowledgements = new Acknowledgements();
        try (WriteAheadLog log = WriteAheadLog.open(folder, CONFIGURATION, SETTINGS, acknowledgements)) {
            Entry entry = new Entry.Command(new byte[1 << 20]);
            List<Entry> entries = new ArrayList<>(Collections.nCopies(4, entry));
            long slots = 0;
            long token = 0;
            while (slots << 20 < (long) count * SETTINGS.segmentBytes()) {
                log.append(
                        ++token,
                        List.of(
                                new LogWrite.AppendEntries(slots, entries),
                                new LogWrite.SetDecidedIndex(slots + entries.size())));
                slots += entries.size();
                acknowledgements.awaitDurable(token);
            }
        }
    }

    /** A process of its own that opens a log. */
    static final class Opening {
        private Opening() {}

        /** Opens the log of the folder that it is given. */
        public static void main(String[] folder) throws IOException {
            try (WriteAheadLog log =
                    WriteAheadLog.open(Path.of(folder[0]), CONFIGURATION, SETTINGS, new Acknowledgements())) {
                System.out.println("opened " + log.getClass().getSimpleName());
            }
        }
    }
}
