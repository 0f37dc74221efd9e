package io.omnisql.client.load;

import io.omnisql.client.connection.SessionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/** Profiles for tests. */
final class Profiles {
    private Profiles() {}

    static LoadProfile of(SessionSettings session, Path output, Phase... phases) {
        return starting(new Start.AtOnce(), session, output, phases);
    }

    static LoadProfile starting(Start start, SessionSettings session, Path output, Phase... phases) {
        return new LoadProfile(
                "tester",
                "here",
                session,
                List.of(phases),
                4,
                start,
                100,
                32,
                7,
                Duration.ofSeconds(2),
                output,
                new LinkedHashMap<>());
    }
}
