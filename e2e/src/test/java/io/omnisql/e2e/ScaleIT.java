package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.Load;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.PsqlPod;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code spec.replicas} brings voters and takes them away while clients write. */
class ScaleIT {
    private static final int WRITERS = 2;
    private static final int WRITES = 20;

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void fromThreeToFiveAndBackNothingIsLostOrDoubled() throws Exception {
        try (Installation cluster = KUBERNETES.install()) {
            cluster.awaitReady();
            assertThatThrownBy(() -> cluster.scale(4)).hasMessageContaining("odd");
            PsqlPod psql = cluster.psql();
            Written.begin(psql);
            Load load = psql.load(WRITERS);
            load.awaitProgress(WRITES);

            cluster.scale(5);
            Duration up = cluster.awaitReady(5);
            load.awaitProgress(WRITES);
            cluster.scale(3);
            Duration down = cluster.awaitReady(3);
            load.awaitProgress(WRITES);

            Load.Outcome outcome = load.end();
            System.out.printf(
                    "MEASURED 3 to 5 voters in %.1f s, back in %.1f s: acknowledged=%d of %d longest gap=%d ms%n",
                    up.toMillis() / 1000.0,
                    down.toMillis() / 1000.0,
                    outcome.acknowledged().size(),
                    outcome.tried().size(),
                    outcome.longestGapMillis());
            Written.assertKept(cluster, outcome);
        }
    }
}
