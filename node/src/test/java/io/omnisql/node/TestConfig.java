package io.omnisql.node;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Settings as out of a file, with all that have no default. */
final class TestConfig {
    private static final Map<String, String> NODE = Map.of(
            "omnisql.node.data-folder", "unused",
            "omnisql.sql.port", "1",
            "omnisql.http.port", "2",
            "omnisql.peer.port", "3",
            "omnisql.postgres.port", "4");

    private TestConfig() {}

    static NodeConfig of(Map<String, String> more) {
        return raw(more).getConfigMapping(NodeConfig.class);
    }

    static SmallRyeConfig raw(Map<String, String> more) {
        var values = new TreeMap<>(NODE);
        values.putAll(more);
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(NodeConfig.class)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build();
    }
}
