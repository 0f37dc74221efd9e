package io.omnisql.client.load;

import io.omnisql.client.connection.SessionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What one client does to the database, and where it puts its results.
 *
 * @param location a label for the results: the region or rack the client stands in
 * @param connections sessions at once, the bound of requests under way
 * @param keys distinct keys the client writes, in turn
 * @param valueBytes length of a written value
 * @param seed draws reads, writes and values; the same seed gives the same requests
 * @param drainTimeout how long requests that fell behind are still sent after the last phase
 * @param effectiveSettings the settings in force by key, without secrets
 */
public record LoadProfile(
        String name,
        String location,
        SessionSettings session,
        List<Phase> phases,
        int connections,
        Start start,
        int keys,
        int valueBytes,
        long seed,
        Duration drainTimeout,
        Path output,
        SequencedMap<String, String> effectiveSettings) {
    public LoadProfile {
        phases = List.copyOf(phases);
    }

    /** The same with an agreed start. */
    public LoadProfile startingAt(Start.At other) {
        return new LoadProfile(
                name,
                location,
                session,
                phases,
                connections,
                other,
                keys,
                valueBytes,
                seed,
                drainTimeout,
                output,
                effectively("start", other.instant().toString()));
    }

    /** The same with results in another folder. */
    public LoadProfile writingTo(Path folder) {
        return new LoadProfile(
                name,
                location,
                session,
                phases,
                connections,
                start,
                keys,
                valueBytes,
                seed,
                drainTimeout,
                folder,
                effectively("output", folder.toString()));
    }

    private SequencedMap<String, String> effectively(String key, String value) {
        SequencedMap<String, String> changed = new LinkedHashMap<>(effectiveSettings);
        changed.put(key, value);
        return changed;
    }

    /** All phases together. */
    public Duration duration() {
        return phases.stream().map(Phase::duration).reduce(Duration.ZERO, Duration::plus);
    }
}
