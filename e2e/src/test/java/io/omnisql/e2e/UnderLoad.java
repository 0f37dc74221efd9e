package io.omnisql.e2e;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.Load;
import java.time.Duration;

/** Something is done to a cluster while clients write: what they were told is true afterwards. */
final class UnderLoad {
    private static final int WRITERS = 2;
    private static final int WRITES = 20;

    private final Installation cluster;
    private final Load load;

    private UnderLoad(Installation cluster, Load load) {
        this.cluster = cluster;
        this.load = load;
    }

    /** What is done; it tells how long it took. */
    interface Act {
        Duration on(UnderLoad meanwhile) throws Exception;
    }

    /** Does it, and holds the rows in all nodes to what the writers know; prints the figures, and answers them. */
    static Load.Outcome run(Installation cluster, String what, Act act) throws Exception {
        Written.begin(cluster.psql());
        Load load = cluster.psql().load(WRITERS);
        load.awaitProgress(WRITES);

        Duration took = act.on(new UnderLoad(cluster, load));

        load.awaitProgress(WRITES);
        Load.Outcome outcome = load.end();
        System.out.printf(
                "MEASURED %s: %.1f s, acknowledged=%d of %d longest gap=%d ms%n",
                what,
                took.toMillis() / 1000.0,
                outcome.acknowledged().size(),
                outcome.tried().size(),
                outcome.longestGapMillis());
        Written.assertKept(cluster, outcome);
        return outcome;
    }

    /** Clients go on to write. */
    void writesGoOn() {
        load.awaitProgress(WRITES);
    }

    /** Returns when the cluster is ready again; tells how long it has been since then. */
    Duration readySince(long nanoTime) {
        cluster.awaitReady();
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
