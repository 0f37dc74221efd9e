package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code spec.replicas} brings voters and takes them away while clients write. */
class ScaleIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void anEvenNumberOfVotersIsRefusedWithTheReason() {
        Installation cluster = KUBERNETES.shared();

        assertThatThrownBy(() -> cluster.resource().scale(4))
                .hasMessageContaining("replicas must be odd (1, 3, 5, 7 or 9)")
                .hasMessageContaining("an even member adds no tolerance of failures");

        cluster.awaitReady(3);
    }

    @Test
    void fromThreeToFiveAndBackNothingIsLostOrDoubled() throws Exception {
        Installation cluster = KUBERNETES.shared();
        UnderLoad.run(cluster, "3 to 5 voters and back", load -> {
            cluster.resource().scale(5);
            Duration up = cluster.awaitReady(5);
            load.writesGoOn();
            cluster.resource().scale(3);
            Duration down = cluster.awaitReady(3);
            System.out.printf(
                    "MEASURED 3 to 5 voters in %.1f s, back in %.1f s%n",
                    up.toMillis() / 1000.0, down.toMillis() / 1000.0);
            return up.plus(down);
        });
    }
}
