package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LostMachineTest {
    /** No machine can be found for the pod since long: the one that has its volume is lost. */
    private static ClusterView withoutPlace(Instant claimMade) {
        var healthy = Looks.healthy(3, 3);
        var view = Looks.change(
                healthy, 1, pod -> new PodView(1, "db-1", "pod-1b", "r1", false, false, false, Instant.EPOCH, null));
        return new ClusterView(
                view.wanted(),
                view.podSet(),
                view.pods(),
                List.of(new ClaimView(1, "data-db-1", "disk-1", claimMade, false, false, 1)),
                view.initialized(),
                view.lastVoters(),
                view.recovery(),
                view.handOverRefusedAt(),
                view.certificates(),
                view.now());
    }

    @Test
    void aVolumeWhosePodFindsNoMachineIsGivenUp() {
        var view = withoutPlace(Instant.EPOCH);

        assertThat(NextStep.of(view)).isInstanceOf(Action.DeleteClaim.class);
    }

    /** The StatefulSet's controller makes another claim for the same pod, which needs a moment to find a machine for both. */
    @Test
    void theVolumeThatWasMadeInItsPlaceIsNot() {
        var view = withoutPlace(Looks.NOW.minusSeconds(5));

        assertThat(NextStep.of(view)).isInstanceOf(Action.Await.class);
    }
}
