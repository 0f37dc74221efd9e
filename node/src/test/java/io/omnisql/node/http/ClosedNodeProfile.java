package io.omnisql.node.http;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A process whose HTTP port is open while its node has not begun to start: {@code NodeMain.run} is not called by tests. */
public class ClosedNodeProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "omnisql.node.id", "1",
                "omnisql.node.data-folder", "target/never-used",
                "omnisql.cluster.id", "test",
                "omnisql.cluster.members.1", "127.0.0.1:1",
                "omnisql.sql.port", "1",
                "omnisql.peer.port", "1",
                "omnisql.http.port", "1",
                "omnisql.postgres.port", "1",
                "quarkus.http.test-port", "0");
    }
}
