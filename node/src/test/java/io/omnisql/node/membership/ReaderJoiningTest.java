package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderJoiningTest {
    private static final UUID CLUSTER = new UUID(1, 1);
    private static final UUID OTHER = new UUID(2, 2);
    private static final List<String> ADDRESSES =
            List.of(Rosters.member(1).address(), Rosters.member(2).address());

    private final AnsweringNodes nodes = new AnsweringNodes();

    @TempDir
    Path folder;

    private IdentityFile file;
    private ReaderJoining joining;

    @BeforeEach
    void format() throws IOException {
        file = IdentityFile.open(folder, null);
        joining = new ReaderJoining(ADDRESSES, file, nodes);
    }

    private void answers(long memberId, UUID cluster, UUID incarnation, @Nullable Roster configuration) {
        String address = Rosters.member(memberId).address();
        nodes.answers(new Introduction.Answer(cluster, memberId, incarnation, address, null, configuration, null));
    }

    private void answers(long memberId, UUID cluster, @Nullable Roster configuration) {
        answers(memberId, cluster, Rosters.incarnation(memberId), configuration);
    }

    @Test
    void waitsUntilAMemberAnswers() throws IOException {
        assertThat(joining.step()).as("nobody is there").isFalse();

        answers(1, CLUSTER, null);
        assertThat(joining.step()).as("the cluster is not founded yet").isFalse();

        Roster configuration = Rosters.roster(3, 6, 1, 2, 5);
        answers(1, CLUSTER, configuration);
        assertThat(joining.step()).isTrue();

        NodeIdentity identity = file.get();
        assertThat(identity.clusterUid()).isEqualTo(CLUSTER);
        assertThat(identity.memberId()).isEqualTo(ReaderId.of(identity.incarnation()));
        assertThat(identity.beginning()).isEqualTo(new NodeIdentity.Beginning(false, configuration));
        assertThat(joining.step()).as("it belongs to one already").isTrue();
    }

    @Test
    void believesNobodyWhoIsNoMember() throws IOException {
        answers(1, CLUSTER, UUID.randomUUID(), Rosters.roster(3, 6, 1, 2, 5));
        answers(2, CLUSTER, Rosters.roster(3, 6, 1, 5));

        assertThat(joining.step()).isFalse();
        assertThat(file.get().belongs()).isFalse();
    }

    @Test
    void ofTwoClustersTheOneThatWentOnCounts() throws IOException {
        answers(1, CLUSTER, Rosters.roster(7, 6, 1, 2, 5));
        answers(2, OTHER, Rosters.roster(1007, 6, 2));

        assertThat(joining.step()).isTrue();

        assertThat(file.get().clusterUid()).isEqualTo(OTHER);
    }
}
