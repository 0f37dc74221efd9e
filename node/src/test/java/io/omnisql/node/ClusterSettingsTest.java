package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.membership.ClusterUid;
import io.omnisql.node.membership.NodeIdentity;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterSettingsTest {
    /** Keys and values in turn. */
    private static ClusterSettings of(String... more) {
        var values = new TreeMap<String, String>();
        for (int i = 0; i < more.length; i += 2) {
            values.put("omnisql." + more[i], more[i + 1]);
        }
        return ClusterSettings.of(TestConfig.of(values));
    }

    @Test
    void aListWithIdsFoundsUnderTheClustersName() {
        ClusterSettings settings = of(
                "node.id", "3",
                "cluster.id", "ours",
                "cluster.members.1", "a:1",
                "cluster.members.3", "c:3");

        assertThat(settings.address()).isEqualTo("c:3");
        assertThat(settings.founding()).hasValueSatisfying(plan -> {
            assertThat(plan.clusterUid()).isEqualTo(ClusterUid.of("ours"));
            assertThat(plan.self()).isEqualTo(3);
            assertThat(plan.members()).isEqualTo(Map.of(1L, "a:1", 3L, "c:3"));
        });
    }

    @Test
    void aListWithoutIdsNumbersItsNodesAndFindsThisOneByItsAddress() {
        ClusterSettings settings = of(
                "founding.members", "a.svc:7000, b.svc:7000,c.svc:7000",
                "founding.nonce", "uid-of-the-resource",
                "peer.address", "b.svc:7000");

        assertThat(settings.founding()).hasValueSatisfying(plan -> {
            assertThat(plan.clusterUid()).isEqualTo(ClusterUid.of("uid-of-the-resource"));
            assertThat(plan.self()).isEqualTo(2);
            assertThat(plan.members()).isEqualTo(Map.of(1L, "a.svc:7000", 2L, "b.svc:7000", 3L, "c.svc:7000"));
        });
    }

    @Test
    void withoutAListANodeOnlyJoins() {
        ClusterSettings settings = of("peer.address", "d.svc:7000");

        assertThat(settings.founding()).isEmpty();
        assertThat(settings.address()).isEqualTo("d.svc:7000");
        assertThat(of().address()).isEqualTo("127.0.0.1:3");
    }

    @Test
    void refusesWhatCannotBeWithTheKeysName() {
        assertThatThrownBy(() -> of("cluster.id", "x", "cluster.members.1", "a:1"))
                .hasMessageStartingWith("omnisql.node.id: ");
        assertThatThrownBy(() -> of("node.id", "2", "cluster.id", "x", "cluster.members.1", "a:1"))
                .hasMessageStartingWith("omnisql.cluster.members: this node, 2,");
        assertThatThrownBy(() -> of("node.id", "1", "cluster.id", "x", "cluster.members.1", "a"))
                .hasMessage("omnisql.cluster.members.1: 'a' is not host:port");
        assertThatThrownBy(() -> of("node.id", "1", "cluster.id", "x", "cluster.members.one", "a:1"))
                .hasMessageStartingWith("omnisql.cluster.members.one: 'one' is not a node id");
        assertThatThrownBy(() -> of("peer.host", "0.0.0.0")).hasMessageStartingWith("omnisql.peer.address: ");
        assertThatThrownBy(() -> of("node.id", "1", "cluster.members.1", "a:1"))
                .hasMessageStartingWith("omnisql.founding.nonce, omnisql.cluster.id: ");
        assertThatThrownBy(() -> of("founding.members", "a:1,b:1", "founding.nonce", "x", "peer.address", "c:1"))
                .hasMessageStartingWith("omnisql.founding.members: the address of this node, c:1");
        assertThatThrownBy(() ->
                        of("node.id", "1", "cluster.id", "x", "cluster.members.1", "a:1", "cluster.accept-quorum", "2"))
                .hasMessageContaining("omnisql.cluster.accept-quorum: ");
        assertThatThrownBy(() -> of(
                        "node.id", "1", "cluster.id", "x", "cluster.members.1", "a:1", "cluster.initial-leader", "2"))
                .hasMessageStartingWith("omnisql.cluster.initial-leader: 2");
    }

    @Test
    void aReaderFoundsNothingAndAsksWhomItIsTold() {
        ClusterSettings settings = of("reader.members", "a:1, b:2,a:1", "peer.address", "r:7000");

        assertThat(settings.isReader()).isTrue();
        assertThat(settings.askedMembers()).containsExactly("a:1", "b:2");
        assertThat(settings.founding()).isEmpty();
        assertThat(of("reader.members", "").isReader()).isFalse();
        assertThatThrownBy(() -> of("reader.members", "a")).hasMessage("omnisql.reader.members: 'a' is not host:port");
        assertThatThrownBy(() ->
                        of("reader.members", "a:1", "node.id", "1", "cluster.id", "x", "cluster.members.1", "a:1"))
                .hasMessageStartingWith("omnisql.reader.members: ")
                .hasMessageContaining("omnisql.cluster.members");
        assertThatThrownBy(() -> of(
                        "reader.members",
                        "a:1",
                        "founding.members",
                        "a:1",
                        "founding.nonce",
                        "x",
                        "peer.address",
                        "a:1"))
                .hasMessageStartingWith("omnisql.reader.members: ")
                .hasMessageContaining("omnisql.founding.members");
        String tooMany = IntStream.rangeClosed(1, 65).mapToObj(i -> "a:" + i).collect(Collectors.joining(","));
        assertThatThrownBy(() -> of("reader.members", tooMany)).hasMessageContaining("more than 64");
    }

    @Test
    void aDataFolderIsAReadersOrAVoters() {
        ClusterSettings reader = of("reader.members", "a:1");
        ClusterSettings voter = of();
        NodeIdentity ofReader = identity(1L << 32);
        NodeIdentity ofVoter = identity(2);

        assertThatCode(() -> reader.check(NodeIdentity.fresh())).doesNotThrowAnyException();
        assertThatCode(() -> reader.check(ofReader)).doesNotThrowAnyException();
        assertThatCode(() -> voter.check(ofVoter)).doesNotThrowAnyException();
        assertThatThrownBy(() -> reader.check(ofVoter)).hasMessageContaining("a folder of its own");
        assertThatThrownBy(() -> voter.check(ofReader)).hasMessageStartingWith("omnisql.reader.members: ");
    }

    private static NodeIdentity identity(long memberId) {
        return new NodeIdentity(ClusterUid.of("x"), memberId, UUID.randomUUID(), 1, 2, true, null);
    }
}
