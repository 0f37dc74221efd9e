package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.membership.MembershipView.State;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RosterTest {
    private static final Roster.Unnamed NOBODY = node -> {
        throw new IllegalArgumentException("unknown");
    };

    @Test
    void comesOutOfTheLogAsItWentIn() {
        Roster roster = new Roster(
                7,
                12,
                List.of(new Member(9, UUID.randomUUID(), "b.example:1", -3), Rosters.member(2), Rosters.member(11)),
                2,
                2);

        assertThat(Roster.of(roster.configuration(), NOBODY)).isEqualTo(roster);
    }

    @Test
    void nineMembersWithTheLongestNamesOfKubernetesFit() {
        List<Member> members = new ArrayList<>();
        for (long id = 1; id <= 9; id++) {
            String name = ("c".repeat(51) + "-" + id + ".").repeat(1) + "c".repeat(57) + "-peers." + "n".repeat(63)
                    + ".svc:17001";
            members.add(new Member(id * 1_000_000, UUID.randomUUID(), name, Integer.MIN_VALUE));
        }

        Configuration configuration =
                Roster.of(1_000_000, 9_000_001, members, null, null).configuration();

        assertThat(configuration.metadata().length()).isLessThan(Configuration.METADATA_CHARS_MAX);
    }

    @Test
    void anOlderConfigurationIsCompletedFromElsewhere() {
        Configuration older = Configuration.ofMajorities(1, List.of(new NodeId(1), new NodeId(3)));

        Roster roster = Roster.of(older, node -> Rosters.member(node.value()));

        assertThat(roster).isEqualTo(Rosters.roster(1, 4, 1, 3));
    }

    @Test
    void refusesAnAddressThatIsThereTwiceAndMetadataThatItDoesNotKnow() {
        Member twin = new Member(4, UUID.randomUUID(), Rosters.member(1).address(), 0);
        assertThatThrownBy(() -> Roster.of(2, 5, List.of(Rosters.member(1), twin), null, null)
                        .configuration())
                .hasMessageContaining("there twice");

        Configuration one = Rosters.roster(1, 2, 1).configuration();
        var later = new Configuration(1, one.replicas(), one.quorum(), "2 whatever");
        assertThatThrownBy(() -> Roster.of(later, NOBODY)).hasMessageContaining("does not know");
    }

    @Test
    void tellsWhatAMemberIs() {
        Roster roster = Rosters.roster(4, 7, 1, 2, 5);

        assertThat(State.of(roster, 5, true)).isEqualTo(State.Voting);
        assertThat(State.of(roster, 5, false)).as("it has forgotten").isEqualTo(State.Learner);
        assertThat(State.of(roster, 3, false)).as("removed").isEqualTo(State.Retired);
        assertThat(State.of(roster, 6, false)).as("passed over").isEqualTo(State.Retired);
        assertThat(State.of(roster, 7, false)).isEqualTo(State.Learner);
        assertThat(State.of(roster, ReaderId.FIRST, false)).isEqualTo(State.Reading);
    }

    @Test
    void travelsAsJson() throws IOException {
        var introduction = new Introduction(UUID.randomUUID(), 3, UUID.randomUUID(), Rosters.roster(1, 4, 1, 2, 3));

        assertThat(Json.read(Json.write(introduction), Introduction.class)).isEqualTo(introduction);
        assertThat(new String(Json.write(Rosters.roster(1, 2, 1)), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":1,\"nextMemberId\":2,\"members\":[{\"memberId\":1,"
                        + "\"incarnation\":\"00000000-0000-0005-0000-000000000001\","
                        + "\"address\":\"node-1.example:7000\",\"priority\":0}],"
                        + "\"prepareQuorum\":1,\"acceptQuorum\":1}");
    }

    @Test
    void refusesWhatIsNoAddress() {
        for (String wrong : List.of("", "host", ":1", "host:", "host:0", "host:65536", "ho st:1", "hö:1", "h\n:1")) {
            assertThatThrownBy(() -> Member.checkAddress(wrong)).hasMessageContaining("is not host:port");
        }
    }
}
