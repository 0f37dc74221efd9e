package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The read replicas of a simulated world: their StatefulSet as it was stated, and a controller that sees it late and does one thing at a time. */
final class SimulatedReaders {
    private final Random random;
    private int wanted;
    private @Nullable Integer kept;
    private boolean settled;
    private final TreeSet<Integer> pods = new TreeSet<>();
    private final TreeSet<Integer> volumes = new TreeSet<>();

    SimulatedReaders(long seed) {
        random = new Random(seed);
    }

    void want(int readers) {
        wanted = readers;
    }

    int wanted() {
        return wanted;
    }

    int pods() {
        return pods.size();
    }

    int volumes() {
        return volumes.size();
    }

    boolean exist() {
        return kept != null;
    }

    private ReadersView view() {
        return new ReadersView(
                wanted,
                kept == null ? null : new ReadersView.PodSet(kept, settled, pods.size(), pods.size(), pods.size()));
    }

    /** The operator states what it shall be, or is dead at that moment; then time goes on. */
    void elapse(ClusterView members) {
        if (random.nextInt(8) > 0) {
            state(ReadersPlan.pods(members, view()));
        }
        if (kept != null && random.nextBoolean()) {
            settled = true;
            control(kept);
        }
    }

    private void state(Optional<Integer> next) {
        if (next.isEmpty()) {
            assertThat(volumes).as("nobody would take the volumes any more").isEmpty();
            kept = null;
        } else if (!next.get().equals(kept)) {
            kept = next.get();
            settled = false;
        }
    }

    /** A volume goes with its pod, when that is one too many. */
    private void control(int replicas) {
        if (pods.size() > replicas) {
            volumes.remove(pods.removeLast());
        } else if (pods.size() < replicas) {
            volumes.add(pods.size());
            pods.add(pods.size());
        }
    }
}
