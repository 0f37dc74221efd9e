package io.omnisql.client.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.client.connection.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final long EPOCH = 1_700_000_000_000_000L;

    @TempDir
    private Path folder;

    private static RequestRecord request(long id, RequestKind kind, String node, long latencyMicros, Outcome outcome) {
        long intended = EPOCH + id * 10_000;
        String state = outcome == Outcome.OK ? "" : "08006";
        return new RequestRecord(
                id, kind, 1, node, intended, intended + 5, intended + latencyMicros, outcome, state, 1);
    }

    private Path log(String name, List<RequestRecord> requests) throws IOException {
        Path file = folder.resolve(name).resolve(RequestLog.FILE_NAME);
        try (RequestLog log = RequestLog.create(file)) {
            for (RequestRecord request : requests) {
                log.append(request);
            }
        }
        return file;
    }

    private static List<RequestRecord> randomRequests(int count) {
        SplittableRandom random = new SplittableRandom(5);
        return Stream.iterate(0L, id -> id + 1)
                .limit(count)
                .map(id -> request(
                        id,
                        random.nextInt(3) == 0 ? RequestKind.READ : RequestKind.WRITE,
                        "node-" + (1 + random.nextInt(3)),
                        800 + random.nextInt(400) + (random.nextInt(50) == 0 ? 40_000 : 0),
                        random.nextInt(40) == 0 ? Outcome.UNKNOWN : Outcome.OK))
                .toList();
    }

    @Test
    void readsBackTheRowsItWrote() throws IOException {
        List<RequestRecord> requests = randomRequests(50);

        List<RequestRecord> rows = new ArrayList<>();
        RequestLog.read(log("a", requests), rows::add);

        assertThat(rows).containsExactlyElementsOf(requests);
    }

    @Test
    void refusesAFileThatIsNoRequestLog() throws IOException {
        Path file = folder.resolve("other.csv");
        Files.writeString(file, "a,b,c\n");

        assertThatThrownBy(() -> Plots.draw(List.of(file), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.csv");
    }

    @Test
    void drawsEveryPlotOfSeveralClientsAsPictureAndVectors() throws IOException {
        List<Path> logs = List.of(log("a", randomRequests(3000)), log("b", randomRequests(2000)));

        List<Path> files = Plots.draw(logs, folder.resolve("plots"));

        assertThat(files).hasSize(8);
        for (Path file : files) {
            if (file.toString().endsWith(".png")) {
                assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(1100);
            } else {
                assertThat(Files.readString(file)).contains("<svg").contains("</svg>");
            }
        }
    }

    @Test
    void drawsNothingFromNothing() throws IOException {
        assertThat(Plots.draw(List.of(log("empty", List.of())), folder)).isEmpty();
    }

    @Test
    void drawsARunOfOneRequestAndOneThatFailedAltogether() throws IOException {
        var one = List.of(request(0, RequestKind.READ, "n", 1000, Outcome.OK));
        var failed = List.of(request(0, RequestKind.WRITE, "n", 1000, Outcome.FAILED));

        assertThat(Plots.draw(List.of(log("one", one)), folder)).isNotEmpty();
        assertThat(Plots.draw(List.of(log("failed", failed)), folder)).isNotEmpty();
    }

    @Test
    void measuresLatencyFromTheIntendedStartOfWhatWasDone() {
        Measurements measurements = new Measurements();
        measurements.add(request(1, RequestKind.WRITE, "n1", 1000, Outcome.OK));
        measurements.add(request(2, RequestKind.WRITE, "n2", 3000, Outcome.OK));
        measurements.add(request(3, RequestKind.WRITE, "n2", 900_000, Outcome.UNKNOWN));

        Summary.Group total = measurements.total(2);

        assertThat(total.ok()).isEqualTo(2);
        assertThat(total.unknown()).isEqualTo(1);
        assertThat(total.donePerSecond()).isEqualTo(1);
        assertThat(total.sqlStates()).containsEntry("08006", 1L);
        assertThat(total.latencyMicros().min()).isEqualTo(1000);
        assertThat(total.latencyMicros().max()).isBetween(3000L, 3003L);
        assertThat(measurements.byNode(2)).containsOnlyKeys("n1", "n2");
    }

    @Test
    void showsAHistogramToTheEye() {
        Histogram histogram = new Histogram(3);
        for (int i = 0; i < 10; i++) {
            histogram.recordValue(1500);
        }
        histogram.recordValue(30_000);

        List<String> lines = LatencyBars.lines("write", histogram);

        assertThat(lines.getFirst())
                .startsWith("write: 11 done")
                .contains("p50 1.5")
                .contains("max 30.0");
        assertThat(lines.get(1)).contains("<      2.0 ms " + "#".repeat(40) + " 10");
        assertThat(lines.getLast()).contains("<     50.0 ms ####");
        assertThat(LatencyBars.lines("read", new Histogram(3))).hasSize(1);
    }
}
