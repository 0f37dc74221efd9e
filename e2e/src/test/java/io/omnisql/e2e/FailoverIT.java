package io.omnisql.e2e;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.Load;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.PsqlPod;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods come and go under a steady load: what was acknowledged is there, once, on every node. */
class FailoverIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int WRITERS = 2;
    private static final int WRITES = 40;

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    static @Nullable Installation installed;
    static @Nullable PsqlPod psqlPod;

    @BeforeAll
    static void install() throws Exception {
        Installation cluster = KUBERNETES.install();
        installed = cluster;
        cluster.awaitReady();
        psqlPod = cluster.psql();
    }

    @AfterAll
    static void uninstall() {
        if (installed != null) {
            installed.close();
        }
    }

    @BeforeEach
    void anEmptyTable() {
        cluster().awaitReady();
        Written.begin(psql());
    }

    private static Installation cluster() {
        return java.util.Objects.requireNonNull(installed);
    }

    private static PsqlPod psql() {
        return java.util.Objects.requireNonNull(psqlPod);
    }

    @Test
    void nothingIsLostOrDoubledWhenTheLeadersPodIsDeleted() throws SQLException {
        loseTheLeader("deleted", Duration.ofMinutes(2));
    }

    @Test
    void nothingIsLostOrDoubledWhenTheLeadersPodIsKilled() throws SQLException {
        loseTheLeader("killed", Duration.ZERO);
    }

    private static void loseTheLeader(String how, Duration grace) throws SQLException {
        Load load = psql().load(WRITERS);
        load.awaitProgress(WRITES);
        String leader = cluster().leader();
        String lost = cluster().uid(leader);

        cluster().delete(leader, grace);

        Awaitility.await()
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> !cluster().uid(leader).equals(lost));
        Duration back = cluster().awaitReady();
        load.awaitProgress(WRITES);
        Load.Outcome outcome = load.end();
        System.out.printf(
                "MEASURED leader's pod %s: acknowledged=%d of %d longest gap=%d ms, ready again %.1f s after it was made anew%n",
                how,
                outcome.acknowledged().size(),
                outcome.tried().size(),
                outcome.longestGapMillis(),
                back.toMillis() / 1000.0);
        Written.assertKept(cluster(), outcome);
    }
}
