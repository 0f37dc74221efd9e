package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The read replicas' settings: the members' without the founding, and members to ask for the cluster. */
final class ReaderConfigMap {
    private static final String READ_LEVEL = "omnisql.sql.default-read-level";
    private static final String MEMBERS = "omnisql.reader.members";

    private ReaderConfigMap() {}

    static Optional<ConfigMap> desired(Blueprint blueprint) {
        if (blueprint.readers() == null) {
            return Optional.empty();
        }
        var names = blueprint.names();
        var all = new TreeMap<>(settings(blueprint));
        all.put(MEMBERS, NodeConfigMap.addresses(names, blueprint.spec().replicas()));
        return Optional.of(new ConfigMapBuilder()
                .withMetadata(blueprint.owned(names.settings(Role.READER), Role.READER))
                .withData(Map.of(NodeConfigMap.FILE, NodeConfigMap.text(all)))
                .build());
    }

    private static Map<String, String> settings(Blueprint blueprint) {
        var settings = new TreeMap<>(NodeConfigMap.settings(blueprint));
        settings.put(READ_LEVEL, blueprint.spec().readers().readLevel().name());
        return settings;
    }

    /** Another one when pods must be made anew. Members may come and go: who they are a running read replica knows from the log. */
    static String digest(Blueprint blueprint) {
        return NodeConfigMap.digest(settings(blueprint));
    }
}
