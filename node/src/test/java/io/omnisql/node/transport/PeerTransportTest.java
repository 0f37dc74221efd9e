package io.omnisql.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeerTransportTest {
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);
    private static final NodeId THREE = new NodeId(3);
    private static final Ballot BALLOT = new Ballot(1, 1, 0, 1);

    private final TestNodes nodes;
    private final RecordingInbox first = new RecordingInbox();
    private final RecordingInbox second = new RecordingInbox();
    private final RecordingInbox third = new RecordingInbox();

    PeerTransportTest() throws IOException {
        nodes = new TestNodes(3);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private static Message accepted(long index) {
        return new Message.Accepted(BALLOT, index);
    }

    @Test
    void threeNodesTalkToEachOther() throws IOException {
        PeerTransport one = nodes.start(1, first);
        PeerTransport two = nodes.start(2, second);
        PeerTransport three = nodes.start(3, third);
        TestNodes.awaitConnected(one, 2, 3);
        TestNodes.awaitConnected(two, 1, 3);
        TestNodes.awaitConnected(three, 1, 2);

        List<Message> messages = new RandomMessages(new Random(1)).oneOfEach();
        messages.forEach(message -> {
            one.send(TWO, message);
            two.send(THREE, message);
            three.send(ONE, message);
        });

        RecordingInbox.await(() -> second.from(ONE).size() == messages.size());
        RecordingInbox.await(() -> third.from(TWO).size() == messages.size());
        RecordingInbox.await(() -> first.from(THREE).size() == messages.size());
        assertThat(second.from(ONE)).containsExactlyInAnyOrderElementsOf(messages);
        assertThat(first.from(TWO)).isEmpty();
    }

    @Test
    void keepsTheOrderOfEverythingButHeartbeats() throws IOException {
        PeerTransport one = nodes.start(1, first);
        nodes.start(2, second);
        TestNodes.awaitConnected(one, 2);

        for (long i = 0; i < 3_000; i++) {
            Message small = accepted(i);
            Message large = new Message.DecidedEntries(BALLOT, i, List.of(new Entry.Command(new byte[5_000])));
            one.send(TWO, i % 7 == 0 ? large : small);
        }

        RecordingInbox.await(() -> second.received().size() == 3_000);
        assertThat(second.from(ONE).stream().map(PeerTransportTest::place))
                .containsExactlyElementsOf(LongStream.range(0, 3_000).boxed().toList());
    }

    @Test
    void whatWaitsForCompanyLeavesBeforeTheNextMessageOrWhenItIsFlushed() throws IOException {
        PeerTransport one = nodes.start(1, first);
        nodes.start(2, second);
        TestNodes.awaitConnected(one, 2);

        for (long i = 0; i < 1_000; i += 2) {
            one.sendInCompany(TWO, accepted(i));
            one.send(TWO, accepted(i + 1));
        }
        RecordingInbox.await(() -> second.received().size() == 1_000);
        one.sendInCompany(TWO, accepted(1_000));
        one.flush();

        RecordingInbox.await(() -> second.received().size() == 1_001);
        assertThat(second.from(ONE).stream().map(PeerTransportTest::place))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, 1_000).boxed().toList());
    }

    private static long place(Message message) {
        return message instanceof Message.Accepted small
                ? small.acceptedIndex()
                : ((Message.DecidedEntries) message).from();
    }

    @Test
    void heartbeatsPassALargeMessage() throws IOException {
        PeerTransport one = nodes.start(1, first);
        nodes.start(2, second);
        TestNodes.awaitConnected(one, 2);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] bytes = new byte[1 << 20];
            new Random(i).nextBytes(bytes);
            entries.add(new Entry.Command(bytes));
        }
        Message large = new Message.AcceptDecide(BALLOT, Message.Sequence.NONE, 0, entries);

        one.send(TWO, large);
        one.send(TWO, accepted(1));
        for (long round = 1; round <= 20; round++) {
            one.send(TWO, new Message.HeartbeatRequest(1, round));
        }

        RecordingInbox.await(() -> second.received().size() == 22);
        List<Message> messages = second.from(ONE);
        assertThat(messages.indexOf(large)).isLessThan(messages.indexOf(accepted(1)));
        assertThat(messages.getFirst()).isInstanceOf(Message.HeartbeatRequest.class);
        assertThat(messages.indexOf(large)).isGreaterThanOrEqualTo(10);
    }

    @Test
    void aMessageBeyondTheBoundIsDroppedAndTheLinkLivesOn() throws IOException {
        PeerTransport one = nodes.start(1, first);
        nodes.start(2, second);
        TestNodes.awaitConnected(one, 2);

        one.send(TWO, new Message.DecidedEntries(BALLOT, 0, List.of(new Entry.Command(new byte[64 << 20]))));
        one.send(TWO, accepted(1));

        RecordingInbox.await(() -> !second.received().isEmpty());
        assertThat(second.from(ONE)).containsExactly(accepted(1));
    }

    @Tag("reference-defect-5")
    @Test
    void aRestartedPeerIsFoundAgainAndBothSidesHearOfIt() throws IOException {
        PeerTransport one = nodes.start(1, first);
        PeerTransport two = nodes.start(2, second);
        TestNodes.awaitConnected(one, 2);
        TestNodes.awaitConnected(two, 1);
        RecordingInbox.await(() -> first.reconnections(TWO) == 2); // What it dialled, and what was dialled to it.

        two.close();
        RecordingInbox.await(() -> one.connectedPeers().isEmpty());
        one.send(TWO, accepted(1)); // Nobody is there: dropped.
        RecordingInbox again = new RecordingInbox();
        PeerTransport reborn = nodes.start(2, again);
        TestNodes.awaitConnected(one, 2);
        TestNodes.awaitConnected(reborn, 1);

        RecordingInbox.await(() -> first.reconnections(TWO) == 4);
        RecordingInbox.await(() -> again.reconnections(ONE) == 2);
        one.send(TWO, accepted(2));
        RecordingInbox.await(() -> !again.received().isEmpty());
        assertThat(again.from(ONE)).containsExactly(accepted(2));
    }

    @Test
    void aFilteredLinkLosesMessagesAndIsRepairedWhenItHeals() throws IOException {
        PeerTransport one = nodes.start(1, first);
        PeerTransport two = nodes.start(2, second);
        TestNodes.awaitConnected(one, 2);
        TestNodes.awaitConnected(two, 1);
        RecordingInbox.await(() -> first.reconnections(TWO) == 2 && second.reconnections(ONE) == 2);

        one.filter((peer, direction) -> direction != LinkFilter.Direction.OUT);
        one.send(TWO, accepted(1));
        two.filter((peer, direction) -> direction != LinkFilter.Direction.OUT);
        two.send(ONE, accepted(2));
        one.filter(LinkFilter.NONE);
        RecordingInbox.await(() -> first.reconnections(TWO) == 3);
        one.send(TWO, accepted(3));

        RecordingInbox.await(() -> !second.received().isEmpty());
        assertThat(second.from(ONE)).containsExactly(accepted(3));
        assertThat(first.received()).isEmpty();
        two.filter(LinkFilter.NONE);
        RecordingInbox.await(() -> second.reconnections(ONE) == 3);
    }

    @Test
    void whatAFilterDropsOnTheWayInIsRepairedToo() throws IOException {
        PeerTransport one = nodes.start(1, first);
        PeerTransport two = nodes.start(2, second);
        TestNodes.awaitConnected(one, 2);
        RecordingInbox.await(() -> second.reconnections(ONE) == 2);
        two.filter((peer, direction) -> direction != LinkFilter.Direction.IN);

        one.send(TWO, accepted(1));
        one.send(TWO, new Message.HeartbeatRequest(1, 1));
        one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[0], Duration.ofMillis(300))
                .toCompletableFuture()
                .exceptionally(late -> new byte[0])
                .join(); // It goes the same way behind the message: when its time is over the message was dropped.
        two.filter(LinkFilter.NONE);

        RecordingInbox.await(() -> second.reconnections(ONE) == 3);
        assertThat(second.received()).isEmpty();
    }

    @Test
    void dropsWhatIsForNobodyAndFailsCalls() throws IOException {
        PeerTransport one = nodes.start(1, first);

        one.send(new NodeId(9), accepted(1));

        assertThatThrownBy(() -> one.call(new NodeId(9), PeerCalls.Kind.DIGESTS, new byte[0], Duration.ofSeconds(1))
                        .toCompletableFuture()
                        .join())
                .hasRootCauseMessage("Node 9 is not connected to node 1");
    }

    private PeerTransport start(long node, PeerDirectory directory, RecordingInbox inbox) throws IOException {
        return nodes.start(
                nodes.reachable(node),
                nodes.settings(node),
                directory,
                new PeerTransport.Rooms(
                        inbox, (from, kind, payload) -> CompletableFuture.completedStage(payload), TestNodes.ECHO));
    }

    @Test
    void aLearnerIsServedAsAGuestAndKeepsItsLinksWhenItBecomesAMember() throws IOException {
        PeerTransport one = start(1, nodes.directory(3, 1), first);
        PeerTransport three = start(3, nodes.directory(2, 1), third);
        TestNodes.awaitConnected(three, 1);
        TestNodes.awaitConnected(one, 3);
        long before = first.reconnections(THREE);

        three.send(ONE, accepted(1));
        one.send(THREE, accepted(2));
        RecordingInbox.await(
                () -> !first.received().isEmpty() && !third.received().isEmpty());
        one.follow(nodes.directory(4, 1, 3));
        one.send(THREE, accepted(3));

        RecordingInbox.await(() -> third.received().size() == 2);
        assertThat(first.reconnections(THREE)).isEqualTo(before);
    }

    @Test
    void membersComeAndGoWithTheConfiguration() throws IOException {
        PeerTransport one = start(1, nodes.directory(1, 1, 2), first);
        PeerTransport two = start(2, nodes.directory(1, 1, 2), second);
        PeerTransport three = start(3, nodes.directory(2, 1, 3), third);
        TestNodes.awaitConnected(one, 2, 3); // Node 3 is ahead: a guest.
        TestNodes.awaitConnected(two, 1);

        one.follow(nodes.directory(2, 1, 3));
        two.close();

        RecordingInbox.await(() -> one.connectedPeers().equals(List.of(THREE)));
        TestNodes.awaitConnected(three, 1);
        one.send(TWO, accepted(1));
        one.send(THREE, accepted(2));
        RecordingInbox.await(() -> !third.received().isEmpty());
        assertThat(second.received()).isEmpty();
    }

    @Test
    void aNodeThatIsNoPeerYetAsksAndIsAnswered() throws IOException {
        nodes.start(1, first);

        try (var introductions = new Introductions(nodes.vertx, nodes.settings(3))) {
            byte[] answer =
                    introductions.ask("127.0.0.1:" + nodes.port(1), new byte[] {1, 2, 3}, Duration.ofSeconds(5));

            assertThat(answer).containsExactly(1, 2, 3);
        }
    }

    @Test
    void whoHasNoIdentityYetAnswersIntroductionsOnly() throws IOException {
        try (var unfounded = new Introductions(nodes.vertx, nodes.settings(2))) {
            unfounded.listen(nodes.settings(2), question -> new byte[] {9});
            PeerTransport one = nodes.start(1, first);
            try (var asking = new Introductions(nodes.vertx, nodes.settings(3))) {
                assertThat(asking.ask("127.0.0.1:" + nodes.port(2), new byte[0], Duration.ofSeconds(5)))
                        .containsExactly(9);
            }
            assertThat(one.connectedPeers()).isEmpty();
        }
    }

    @Test
    void anAddressInUseIsAClearError() throws IOException {
        try (ServerSocket other = new ServerSocket(nodes.port(1), 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();

            assertThatThrownBy(() -> nodes.start(1, first))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
    }
}
