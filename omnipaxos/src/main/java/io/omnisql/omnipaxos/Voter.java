package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Status.Phase;
import io.omnisql.omnipaxos.Status.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** This node's part in one configuration that names it as a replica: it elects, accepts and decides. */
final class Voter {
    private final Members members;
    private final Configuration configuration;
    private final Settings settings;
    private final Acceptor acceptor;
    private final Outbox outbox;
    private final SequencePaxos sequencePaxos;
    private final BallotLeaderElection election;
    private int electionTicks;

    Voter(NodeId self, Settings settings, Acceptor acceptor, Outbox outbox, Proposals proposals) {
        this.configuration = acceptor.configuration();
        this.members = new Members(self, configuration);
        this.settings = settings;
        this.acceptor = acceptor;
        this.outbox = outbox;
        outbox.serve(members);
        Shared shared = new Shared(members, configuration.quorum(), settings, acceptor, outbox, proposals);
        this.sequencePaxos = new SequencePaxos(shared);
        this.election =
                new BallotLeaderElection(members, configuration, settings.priority(), acceptor.promise(), outbox);
    }

    void tick() {
        electionTicks++;
        if (electionTicks >= settings.electionTimeoutTicks()) {
            electionTicks = 0;
            Ballot elected = election.onElectionTimeout(isLeading(), acceptor.promise());
            if (elected != null) {
                sequencePaxos.onLeader(elected);
            }
        }
    }

    void resend() {
        sequencePaxos.resend();
    }

    /** A message of this configuration; one of no other replica is refused silently. */
    void receive(NodeId from, Message message) {
        int member = members.memberOf(from);
        if (member < 0 || member == members.self()) {
            return;
        }
        switch (message) {
            case Message.HeartbeatRequest request -> election.onRequest(member, request);
            case Message.HeartbeatReply reply -> election.onReply(member, reply);
            case Message.PrepareRequest request -> sequencePaxos.onPrepareRequest(member, request);
            case Message.Prepare prepare -> sequencePaxos.onPrepare(member, prepare);
            case Message.Promise promise -> sequencePaxos.onPromise(member, promise);
            case Message.AcceptSync sync -> sequencePaxos.follower().onAcceptSync(member, sync);
            case Message.AcceptDecide entries -> sequencePaxos.follower().onAcceptDecide(member, entries);
            case Message.Accepted accepted -> sequencePaxos.onAccepted(member, accepted);
            case Message.NotAccepted refusal -> sequencePaxos.onNotAccepted(member, refusal);
            case Message.Decide decide -> sequencePaxos.follower().onDecide(member, decide);
            case Message.Probe probe -> sequencePaxos.follower().onProbe(member, probe);
            case Message.SnapshotRequired required -> onSnapshotRequired(member, required);
            case Message.DecidedEntries entries -> sequencePaxos.onDecidedEntries(member, entries);
            case Message.ForwardedProposal proposal -> sequencePaxos.onForwardedProposal(member, proposal);
            case Message.ForwardOutcome outcome -> sequencePaxos.onForwardOutcome(outcome);
            case Message.ReadIndexRequest request -> sequencePaxos.onReadIndexRequest(member, request);
            case Message.ReadIndexReply reply -> sequencePaxos.onReadIndexReply(reply);
            case Message.ConfirmRound question -> sequencePaxos.onConfirmRound(member, question);
            case Message.RoundConfirmed answer -> sequencePaxos.onRoundConfirmed(member, answer);
            case Message.TakeOver order -> onTakeOver(order);
            case Message.OfGroup _ -> {} // Not of a configuration: see OmniPaxos.
        }
    }

    /** It judged by a Prepare that tells less than is decided here by now. */
    void onOutdatedPrepare(NodeId from) {
        int member = members.memberOf(from);
        Leader leader = sequencePaxos.leader();
        if (leader != null && member >= 0 && member != members.self()) {
            leader.onOutdatedPrepare(member);
        }
    }

    private void onSnapshotRequired(int from, Message.SnapshotRequired required) {
        if (sequencePaxos.onSnapshotRequired(from, required.minimumIndex())) {
            election.giveWay();
        }
    }

    void snapshotInstalled(SnapshotMark mark) {
        if (sequencePaxos.onSnapshotInstalled(mark)) {
            election.giveWay();
        }
    }

    void onFollowedEntries(Message.FollowedEntries followed, List<Entry> entries) {
        if (sequencePaxos.onFollowedEntries(followed, entries)) {
            election.giveWay();
        }
    }

    private void onTakeOver(Message.TakeOver order) {
        if (phase() == Phase.ACCEPT && order.ballot().equals(acceptor.promise())) {
            tryBecomeLeader();
        }
    }

    boolean transferLeadership(@Nullable NodeId to) {
        Leader leader = sequencePaxos.leader();
        if (leader == null) {
            return false;
        }
        int successor = -1;
        for (int member = 0; member < members.count(); member++) {
            boolean isAsked = to == null
                    ? election.isConnected(member)
                    : members.node(member).equals(to);
            boolean isBetter = successor < 0 || leader.acceptedIndexOf(member) > leader.acceptedIndexOf(successor);
            successor = isAsked && leader.isFollowing(member) && isBetter ? member : successor;
        }
        if (successor < 0) {
            return false;
        }
        sequencePaxos.flush(); // What it is sent before, it need not ask for afterwards.
        outbox.send(members.node(successor), new Message.TakeOver(acceptor.promise()));
        return true;
    }

    void reconnected(NodeId peer) {
        int member = members.memberOf(peer);
        if (member >= 0 && member != members.self()) {
            sequencePaxos.reconnected(member);
        }
    }

    void setPriority(int priority) {
        election.setPriority(priority);
    }

    void tryBecomeLeader() {
        if (sequencePaxos.leader() == null) {
            sequencePaxos.onLeader(election.takeOver(acceptor.promise()));
        }
    }

    /** What is under way of this configuration ends; what it has decided is told before. */
    void end() {
        sequencePaxos.flush();
        sequencePaxos.end();
    }

    SequencePaxos sequencePaxos() {
        return sequencePaxos;
    }

    boolean isLeading() {
        return role() == Role.LEADER && phase() == Phase.ACCEPT;
    }

    Role role() {
        return sequencePaxos.role();
    }

    Phase phase() {
        return sequencePaxos.phase();
    }

    @Nullable
    NodeId leader() {
        int member = sequencePaxos.leaderMember();
        return member < 0 ? null : members.node(member);
    }

    long roundStartIndex() {
        Leader leader = sequencePaxos.leader();
        return leader == null ? 0 : leader.roundStartIndex();
    }

    boolean isHappy() {
        return election.isHappy();
    }

    List<Status.Peer> peers() {
        Leader leader = sequencePaxos.leader();
        List<Status.Peer> peers = new ArrayList<>();
        for (int member = 0; member < members.count(); member++) {
            if (member != members.self()) {
                long acceptedIndex = leader == null ? -1 : leader.acceptedIndexOf(member);
                peers.add(new Status.Peer(members.node(member), election.isConnected(member), acceptedIndex));
            }
        }
        return peers;
    }
}
