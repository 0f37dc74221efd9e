package io.omnisql.omnipaxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JoiningTest {
    private static final NodeId LEARNER = new NodeId(6);
    private static final Configuration THIRD =
            Configuration.ofMajorities(3, List.of(new NodeId(1), new NodeId(2), new NodeId(3)));

    /** Seen on processes: an empty log names configuration 1; a learner of configuration 3 that was started again refused its disk. */
    @Test
    void aLearnerOfALaterConfigurationIsStartedAgainBeforeItHeardAnything() {
        var learner =
                new OmniPaxos(LEARNER, Standing.joining(LEARNER, THIRD), Settings.defaults(), DurableState.empty(1));

        learner.tick();
        List<LogWrite> writes = learner.takeOutput().writes();

        Ballot none = Ballot.none(3);
        assertThat(writes)
                .contains(
                        new LogWrite.SetStanding(Standing.joining(LEARNER, THIRD)),
                        new LogWrite.SetPromise(none),
                        new LogWrite.SetAcceptedRound(none));
        var found = new DurableState(Standing.joining(LEARNER, THIRD), none, none, 0, 0, 0, List.of());
        var again = new OmniPaxos(LEARNER, Standing.joining(LEARNER, THIRD), Settings.defaults(), found);
        assertThat(again.status().role()).isEqualTo(Status.Role.LEARNER);
    }
}
