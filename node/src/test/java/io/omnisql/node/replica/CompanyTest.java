package io.omnisql.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Output.Outgoing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompanyTest {
    private static final long NOW = 1_000;
    private static final long DUE = NOW + Company.WAIT_MAX.toNanos();
    private static final NodeId PEER = new NodeId(2);
    private static final NodeId OTHER = new NodeId(3);
    private static final Ballot BALLOT = new Ballot(1, 1, 0, 1);
    private static final Message DECIDE = new Message.Decide(BALLOT, Message.Sequence.NONE, 5);
    private static final Message ACCEPTED = new Message.Accepted(BALLOT, 5);

    private final List<String> links = new ArrayList<>();
    private final Company company = new Company(new PeerLinks() {
        @Override
        public void send(NodeId to, Message message) {
            links.add(to + " " + message.getClass().getSimpleName());
        }

        @Override
        public void sendInCompany(NodeId to, Message message) {
            links.add(to + " " + message.getClass().getSimpleName() + " in company");
        }

        @Override
        public void flush() {
            links.add("flush");
        }
    });

    private void send(NodeId to, Message message, long now) {
        company.send(new Outgoing(to, message), now);
    }

    @Test
    void whatIsDecidedWaitsForTheNextMessageToThatPeer() {
        send(PEER, DECIDE, NOW);
        assertThat(company.isAwaited()).isTrue();

        send(PEER, ACCEPTED, NOW + 1);

        assertThat(company.isAwaited()).isFalse();
        company.release(DUE);
        assertThat(links).containsExactly("2 Decide in company", "2 Accepted");
    }

    @Test
    void nothingWaitsForLong() {
        send(PEER, DECIDE, NOW);
        send(OTHER, DECIDE, DUE - 1);
        send(OTHER, ACCEPTED, DUE - 1);
        assertThat(company.untilRelease(Long.MAX_VALUE, NOW + 1)).isEqualTo(DUE - NOW - 1);

        company.release(DUE - 1);
        assertThat(links).doesNotContain("flush");
        company.release(DUE);

        assertThat(links).endsWith("flush");
        assertThat(company.isAwaited()).isFalse();
        assertThat(company.untilRelease(7, DUE)).isEqualTo(7);
    }

    @Test
    void aPeerWhoseClientsWaitHearsAtOnce() {
        company.asks(PEER, NOW);

        send(PEER, DECIDE, NOW + 1);
        send(OTHER, DECIDE, NOW + 1);
        send(PEER, DECIDE, NOW + Duration.ofSeconds(2).toNanos());

        assertThat(links).containsExactly("2 Decide", "3 Decide in company", "2 Decide in company");
    }

    @Test
    void everythingElseLeavesAtOnce() {
        send(PEER, ACCEPTED, NOW);

        assertThat(links).containsExactly("2 Accepted");
        assertThat(company.isAwaited()).isFalse();
    }
}
