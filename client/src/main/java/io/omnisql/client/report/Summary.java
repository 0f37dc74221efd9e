package io.omnisql.client.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The JSON summary of one client's load run.
 *
 * @param settings the settings in force, defaults and overrides included, secrets left out
 * @param notStarted requests of the profile that were never sent, because the run ended before their turn
 * @param byKind counts and latencies per kind, then per phase, per node, and per each combination of the three
 */
public record Summary(
        String client,
        String location,
        String startedAt,
        double seconds,
        Map<String, String> settings,
        long notStarted,
        Group total,
        Map<String, Group> byKind,
        Map<String, Group> byPhase,
        Map<String, Group> byNode,
        Map<String, Group> byKindPhaseAndNode) {
    /** The file's name in its client's folder. */
    public static final String FILE_NAME = "summary.json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /**
     * One set of requests.
     *
     * @param emptyReads reads that were done and found no row: keys whose write had not been acknowledged, or stale reads
     * @param donePerSecond over the time of the set: its phase, or the whole run
     * @param sqlStates how often each code was the reason of a failure or of not knowing
     * @param latencyMicros from the intended start, of what was done
     */
    public record Group(
            long ok,
            long failed,
            long unknown,
            long emptyReads,
            double donePerSecond,
            Map<String, Long> sqlStates,
            Latencies latencyMicros) {}

    /** Writes the file. */
    public void write(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }
}
