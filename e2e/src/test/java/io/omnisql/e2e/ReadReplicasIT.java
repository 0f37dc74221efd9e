package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.Load;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.PsqlPod;
import io.omnisql.e2e.support.SqlSession;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Read replicas answer what was written elsewhere, refuse to write, and come and go without anybody noticing who writes. */
class ReadReplicasIT {
    private static final String AT_READERS = "PGHOST=orders-ro";
    private static final String LINEARIZABLE = "PGOPTIONS=-c omnisql.read_level=linearizable";
    private static final String IS_READER = "SHOW in_hot_standby";
    private static final Duration SOON_MAX = Duration.ofMinutes(1);

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    private static void leaveNone(Installation cluster) {
        cluster.resource().change("readers: {replicas: 0}");
        cluster.awaitReaders(0);
        cluster.readerVolumes().awaitCount(0);
    }

    private static void awaitReadsAtReaders(PsqlPod psql) {
        Awaitility.await()
                .atMost(SOON_MAX)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(psql.queryWith(IS_READER, AT_READERS)).isEqualTo("on"));
    }

    @Test
    void whatWasWrittenIsReadThroughTheServiceForReadsAndNothingIsWrittenThere() throws Exception {
        // given
        Installation cluster = KUBERNETES.shared();
        PsqlPod psql = cluster.psql();
        cluster.resource().change("readers: {replicas: 2}");
        Duration ready = cluster.awaitReaders(2);
        System.out.printf("MEASURED two read replicas ready after %.1f s%n", ready.toMillis() / 1000.0);
        awaitReadsAtReaders(psql);

        // when
        psql.query("DROP TABLE IF EXISTS reading");
        psql.query("CREATE TABLE reading (i bigint PRIMARY KEY, what text)");
        psql.query("INSERT INTO reading SELECT i, md5(i::text) FROM generate_series(1, 1000) AS i");

        // then
        String rows = "SELECT count(*) || ' ' || min(what) FROM reading";
        String written = psql.query(rows);
        assertThat(psql.queryWith(rows, AT_READERS, LINEARIZABLE))
                .as("linearizable, at once")
                .isEqualTo(written);
        Awaitility.await()
                .atMost(SOON_MAX)
                .untilAsserted(() -> assertThat(psql.queryWith(rows, AT_READERS))
                        .as("local, soon")
                        .isEqualTo(written));
        assertThat(psql.refusalOf("DELETE FROM reading", AT_READERS)).contains("25006");
        assertThat(psql.query(rows)).isEqualTo(written);
        for (String pod : cluster.readers().names()) {
            assertReadsAndRefuses(cluster, pod, rows, written);
        }
        leaveNone(cluster);
    }

    private static void assertReadsAndRefuses(Installation cluster, String pod, String rows, String written)
            throws SQLException {
        try (SqlSession session = cluster.connect(pod)) {
            session.execute("SET omnisql.read_level = 'linearizable'");
            assertThat(session.query(rows)).as("over JDBC at %s", pod).containsExactly(written);
            assertThat(session.refusal("INSERT INTO reading VALUES (0, 'never')"))
                    .as("SQLSTATE at %s", pod)
                    .isEqualTo("25006");
        }
    }

    @Test
    void driversFindThemByWhatTheySayOfThemselves() throws IOException {
        Installation cluster = KUBERNETES.shared();
        PsqlPod psql = cluster.psql();
        cluster.resource().change("readers: {replicas: 1}");
        cluster.awaitReaders(1);
        awaitReadsAtReaders(psql);

        assertThat(psql.queryWith(IS_READER, "PGHOST=orders,orders-ro", "PGTARGETSESSIONATTRS=standby"))
                .isEqualTo("on");
        assertThat(psql.queryWith(IS_READER, "PGHOST=orders-ro,orders", "PGTARGETSESSIONATTRS=read-write"))
                .isEqualTo("off");
        leaveNone(cluster);
    }

    @Test
    void theyComeAndGoWhileClientsWriteAndLeaveNoVolume() throws Exception {
        // given
        Installation cluster = KUBERNETES.shared();
        cluster.resource().change("readers: {replicas: 2}");
        cluster.awaitReaders(2);
        var members = cluster.nodes().uids();

        // when
        Load.Outcome outcome = UnderLoad.run(cluster, "2 to 3 read replicas and down to 1", load -> {
            cluster.resource().change("readers: {replicas: 3}");
            Duration up = cluster.awaitReaders(3);
            load.writesGoOn();
            cluster.resource().change("readers: {replicas: 1}");
            Duration down = cluster.awaitReaders(1);
            load.writesGoOn();
            return up.plus(down);
        });

        // then
        assertThat(outcome.acknowledged()).as("no write failed").isEqualTo(outcome.tried());
        cluster.readerVolumes().awaitCount(1);
        assertThat(cluster.nodes().uids()).as("no member's pod was touched").isEqualTo(members);
        try (SqlSession session = cluster.connect(cluster.readers().names().getFirst())) {
            session.execute("SET omnisql.read_level = 'linearizable'");
            assertThat(session.query("SELECT what FROM written"))
                    .as("the one that is left has all rows")
                    .hasSameElementsAs(List.copyOf(outcome.acknowledged()));
        }
        leaveNone(cluster);
    }
}
