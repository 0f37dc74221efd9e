package io.omnisql.node.transport;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.Message.LogSync;
import io.omnisql.omnipaxos.Message.Sequence;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One message of each type, of random content. */
final class RandomMessages {
    private final Random random;

    RandomMessages(Random random) {
        this.random = random;
    }

    List<Message> oneOfEach() {
        return List.of(
                new Message.PrepareRequest(ballot()),
                new Message.Prepare(ballot(), ballot(), number(), number()),
                new Message.Promise(ballot(), ballot(), number(), number(), null),
                new Message.Promise(ballot(), ballot(), number(), number(), sync()),
                new Message.AcceptSync(ballot(), sequence(), number(), sync()),
                new Message.AcceptDecide(ballot(), sequence(), number(), entries()),
                new Message.Accepted(ballot(), number()),
                new Message.NotAccepted(ballot()),
                new Message.Decide(ballot(), sequence(), number()),
                new Message.Probe(ballot(), sequence(), number()),
                new Message.DecidedEntries(ballot(), number(), entries()),
                new Message.SnapshotRequired(number(), number()),
                new Message.LaterConfiguration(number()),
                new Message.TakeOver(ballot()),
                new Message.FollowRequest(number(), number()),
                new Message.FollowedEntries(ballot(), number(), entries()),
                new Message.ForwardedProposal(ballot(), number(), entry()),
                new Message.ForwardOutcome(ballot(), number(), number()),
                new Message.HeartbeatRequest(number(), number()),
                new Message.HeartbeatReply(number(), ballot(), ballot(), random.nextBoolean()),
                new Message.ReadIndexRequest(ballot(), number()),
                new Message.ReadIndexReply(ballot(), number(), number()),
                new Message.ConfirmRound(ballot(), number()),
                new Message.RoundConfirmed(ballot(), number()));
    }

    private Ballot ballot() {
        return new Ballot(number(), number(), random.nextInt(), number());
    }

    private Sequence sequence() {
        return new Sequence(number(), number());
    }

    private LogSync sync() {
        return new LogSync(number(), entries());
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            entries.add(entry());
        }
        return entries;
    }

    private Entry entry() {
        return random.nextInt(4) == 0 ? new Entry.StopSign(configuration()) : command();
    }

    private Configuration configuration() {
        List<NodeId> replicas = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            replicas.add(new NodeId(1 + random.nextInt(Integer.MAX_VALUE)));
        }
        int count = (int) replicas.stream().distinct().count();
        return new Configuration(
                1 + random.nextInt(Integer.MAX_VALUE), replicas, Quorum.majority(count), "houses " + random.nextInt());
    }

    private Entry command() {
        byte[] bytes = new byte[random.nextInt(50)];
        random.nextBytes(bytes);
        return new Entry.Command(bytes);
    }

    private long number() {
        return random.nextBoolean() ? random.nextLong() : random.nextInt(100);
    }
}
