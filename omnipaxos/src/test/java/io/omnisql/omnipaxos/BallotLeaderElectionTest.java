package io.omnisql.omnipaxos;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.HeartbeatReply;
import java.util.List;
import org.junit.jupiter.api.Test;

class BallotLeaderElectionTest {
    private static final Ballot LOST = new Ballot(1, 5, 0, 5);

    private final Configuration five = Configuration.ofMajorities(
            1, List.of(new NodeId(1), new NodeId(2), new NodeId(3), new NodeId(4), new NodeId(5)));
    private final Members members = new Members(new NodeId(1), five);
    private final Outbox outbox = new Outbox();
    private final BallotLeaderElection election = election();

    private BallotLeaderElection election() {
        outbox.serve(members);
        return new BallotLeaderElection(members, five, 0, LOST, outbox);
    }

    /** R12. */
    @Test
    void repeatedRepliesOfOneNeighbourMakeNoQuorum() {
        long round = round();
        HeartbeatReply reply = new HeartbeatReply(round, new Ballot(1, 0, 0, 2), LOST, false);

        election.onReply(1, reply);
        election.onReply(1, reply);

        assertThat(election.onElectionTimeout(false, LOST)).isNull();
        assertThat(election.isHappy()).isFalse();
    }

    @Test
    void aNodeThatHearsAnUnhappyQuorumTakesOver() {
        long round = round();

        election.onReply(1, new HeartbeatReply(round, new Ballot(1, 0, 0, 2), LOST, false));
        election.onReply(2, new HeartbeatReply(round, new Ballot(1, 0, 0, 3), LOST, false));

        assertThat(election.onElectionTimeout(false, LOST)).isEqualTo(new Ballot(1, 6, 0, 1));
    }

    @Test
    void oneHappyNeighbourKeepsANodeQuiet() {
        long round = round();

        election.onReply(1, new HeartbeatReply(round, new Ballot(1, 0, 0, 2), LOST, false));
        election.onReply(2, new HeartbeatReply(round, new Ballot(1, 0, 0, 3), LOST, true));

        assertThat(election.onElectionTimeout(false, LOST)).isNull();
    }

    @Test
    void aReplyToAnEarlierRoundDoesNotCount() {
        long round = round();
        election.onElectionTimeout(false, LOST);

        election.onReply(1, new HeartbeatReply(round, new Ballot(1, 0, 0, 2), LOST, false));
        election.onReply(2, new HeartbeatReply(round, new Ballot(1, 0, 0, 3), LOST, false));

        assertThat(election.onElectionTimeout(false, LOST)).isNull();
    }

    @Test
    void theBallotThatANeighbourFollowsIsNotAdopted() {
        long round = round();
        Ballot hearsay = new Ballot(1, 50, 0, 4);

        election.onReply(1, new HeartbeatReply(round, new Ballot(1, 0, 0, 2), hearsay, false));
        election.onReply(2, new HeartbeatReply(round, new Ballot(1, 0, 0, 3), LOST, false));
        election.onElectionTimeout(false, LOST);
        election.onRequest(1, new Message.HeartbeatRequest(1, 1));

        assertThat(lastReply().leader()).isNotEqualTo(hearsay);
    }

    @Test
    void aNewPriorityCountsFromTheNextBallotOn() {
        election.setPriority(3);
        long round = round();

        election.onReply(1, new HeartbeatReply(round, new Ballot(1, 0, 0, 2), LOST, false));
        election.onReply(2, new HeartbeatReply(round, new Ballot(1, 0, 0, 3), LOST, false));

        assertThat(election.onElectionTimeout(false, LOST)).isEqualTo(new Ballot(1, 6, 3, 1));
    }

    @Test
    void whoGivesWayTriesAgainAfterSomeTimeouts() {
        election.giveWay();
        int timeouts = 0;
        Ballot elected = null;
        while (elected == null && timeouts < 20) {
            long round = round();
            election.onReply(1, new HeartbeatReply(round, new Ballot(1, 0, 0, 2), LOST, false));
            election.onReply(2, new HeartbeatReply(round, new Ballot(1, 0, 0, 3), LOST, false));
            elected = election.onElectionTimeout(false, LOST);
            timeouts++;
        }

        assertThat(elected).isEqualTo(new Ballot(1, 6, 0, 1));
        assertThat(timeouts).isEqualTo(5);
    }

    private long round() {
        return take().stream()
                .map(Output.Outgoing::message)
                .filter(Message.HeartbeatRequest.class::isInstance)
                .map(Message.HeartbeatRequest.class::cast)
                .findFirst()
                .orElseThrow()
                .round();
    }

    private HeartbeatReply lastReply() {
        return (HeartbeatReply) take().getLast().message();
    }

    private List<Output.Outgoing> take() {
        return outbox.take(0, List.of(), 0, List.of()).immediate();
    }
}
