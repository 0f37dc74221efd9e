package io.omnisql.node;

import io.omnisql.node.apply.SlowCommand;
import io.omnisql.node.membership.Change;
import io.omnisql.node.membership.HandOver;
import io.omnisql.node.membership.IdentityFile;
import io.omnisql.node.membership.Introduction;
import io.omnisql.node.membership.Member;
import io.omnisql.node.membership.MembershipAdmin;
import io.omnisql.node.membership.MembershipView;
import io.omnisql.node.membership.MembershipView.State;
import io.omnisql.node.membership.Newcomers;
import io.omnisql.node.membership.NodeIdentity;
import io.omnisql.node.membership.ReaderId;
import io.omnisql.node.membership.Reply;
import io.omnisql.node.membership.Roster;
import io.omnisql.node.membership.Survivors;
import io.omnisql.node.snapshot.Snapshots;
import io.omnisql.omnipaxos.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Carries out what an administrator orders, in whatever state the node is. */
final class NodeMembership implements MembershipAdmin {
    private static final Logger LOG = Logger.getLogger(NodeMembership.class);
    private static final Duration DRAIN_MAX = Duration.ofSeconds(20);
    private static final Duration TRIM_MAX = Duration.ofSeconds(5);
    private static final String ASK_A_MEMBER = "ask a member";

    private final ClusterSettings settings;
    private final IdentityFile identityFile;
    private final Life life;
    private final String version;

    /** The rest of the node. */
    interface Life {
        /** While they run. */
        Optional<NodeRuntime.Rooms> rooms();

        /** Asks nodes that are no peers. */
        Introduction.Asking asking();

        /** Readiness off, or on again. */
        void drain(boolean drain);

        /** Whether it is off. */
        boolean isDraining();

        /** Stops all rooms, puts the data aside, waits for a cluster again. */
        void retire() throws IOException;

        /** Stops all rooms, makes this node a cluster of its own, and starts them again. */
        QuorumLossRecovery.Outcome recoverFromQuorumLoss(long configurationId) throws IOException;
    }

    NodeMembership(ClusterSettings settings, IdentityFile identityFile, Life life, String version) {
        this.settings = settings;
        this.identityFile = identityFile;
        this.life = life;
        this.version = version;
    }

    @Override
    public MembershipView view() {
        NodeIdentity identity = identityFile.get();
        Optional<NodeRuntime.Rooms> rooms = life.rooms();
        Status status = rooms.map(running -> running.replica().loop().status()).orElse(null);
        Roster roster = rooms.map(running -> running.rule().configuration().current())
                .orElseGet(() -> identity.beginning() == null
                        ? null
                        : identity.beginning().configuration());
        return new MembershipView(
                identity.clusterUid(),
                identity.memberId(),
                identity.incarnation(),
                state(identity, roster, status),
                settings.address(),
                roster,
                status == null || status.leader() == null
                        ? null
                        : status.leader().value(),
                status == null ? 0 : status.acceptedIndex(),
                status == null ? 0 : status.decidedIndex(),
                rooms.map(running -> running.replica().appliedIndex().get()).orElse(0L),
                status == null ? 0 : status.compactedIndex(),
                rooms.map(running -> running.rule().progress().isCaughtUp()).orElse(false),
                rooms.map(running -> running.rule().progress().lagEntries()).orElse(0L),
                life.isDraining(),
                identity.belongs(),
                version);
    }

    private static State state(NodeIdentity identity, @Nullable Roster roster, @Nullable Status status) {
        if (identity.memberId() == null || roster == null) {
            return State.Joining;
        }
        boolean votes = status == null || status.role() != Status.Role.LEARNER;
        return State.of(roster, identity.memberId(), votes);
    }

    @Override
    public synchronized Reply join(Join order) {
        NodeIdentity identity = identityFile.get();
        if (settings.isReader()) {
            return reads("it joins by itself, through the members that omnisql.reader.members names");
        }
        if (ReaderId.is(order.memberId())) {
            return Reply.badRequest("memberId: ids from " + ReaderId.FIRST + " on are those of read replicas");
        }
        if (identity.belongs()) {
            boolean isRepeated = order.clusterUid().equals(identity.clusterUid())
                    && Long.valueOf(order.memberId()).equals(identity.memberId());
            return isRepeated
                    ? new Reply.Done(view())
                    : Reply.conflict(
                            "other_identity",
                            "this node is member " + identity.memberId() + " of cluster " + identity.clusterUid(),
                            view().configuration());
        }
        return guarded(() -> joinNow(order, identity));
    }

    private Reply joinNow(Join order, NodeIdentity identity) throws IOException {
        Roster newest = null;
        List<String> troubles = new ArrayList<>();
        for (String address : order.members()) {
            Roster told = ask(order, identity, address, troubles);
            newest = told != null && (newest == null || told.id() > newest.id()) ? told : newest;
        }
        if (newest == null) {
            return Reply.unavailable("no_member", "no node of the cluster answered: " + String.join("; ", troubles));
        }
        if (order.memberId() < newest.nextMemberId()) {
            return Reply.conflict(
                    "member_id_used",
                    "memberId " + order.memberId() + " was used before: the next free one is " + newest.nextMemberId(),
                    newest);
        }
        identityFile.join(order.clusterUid(), order.memberId(), newest);
        return new Reply.Done(view());
    }

    private @Nullable Roster ask(Join order, NodeIdentity identity, String address, List<String> troubles) {
        try {
            Member.checkAddress(address);
            Introduction.Answer answer =
                    new Introduction(order.clusterUid(), 0, identity.incarnation(), null).ask(address, life.asking());
            if (answer.clusterUid().equals(order.clusterUid()) && answer.configuration() != null) {
                return answer.configuration();
            }
            troubles.add(address + " belongs to cluster " + answer.clusterUid());
        } catch (IOException | IllegalArgumentException e) {
            troubles.add(address + ": " + e.getMessage());
        }
        return null;
    }

    /** The order is one for a member. */
    private Reply reads(String hint) {
        return Reply.conflict("read_replica", "this node is a read replica: " + hint, view().configuration());
    }

    @Override
    public Reply reconfigure(Change.Request order) {
        if (settings.isReader()) {
            return reads(ASK_A_MEMBER);
        }
        return withRooms(rooms -> guarded(() -> rooms.rule().reconfiguration().order(order, newcomers())));
    }

    private Newcomers newcomers() {
        return new Newcomers(introduction(), life.asking());
    }

    private Introduction introduction() {
        NodeIdentity.Belonging own = identityFile.get().belonging();
        return new Introduction(own.clusterUid(), own.self().value(), own.incarnation(), null);
    }

    @Override
    public Reply handOver(@Nullable Long memberId) {
        if (settings.isReader()) {
            return reads(ASK_A_MEMBER);
        }
        return withRooms(rooms -> guarded(() -> rooms.rule().handOver().order(memberId, HandOver.PATIENCE)));
    }

    @Override
    public Reply prioritise(long memberId, int priority) {
        if (settings.isReader()) {
            return reads(ASK_A_MEMBER);
        }
        return withRooms(rooms -> guarded(() -> {
            Roster current = rooms.rule().configuration().current();
            Optional<Member> known = current.member(memberId);
            if (known.isEmpty()) {
                return Reply.badRequest("memberId: " + memberId + " is no member");
            }
            if (known.get().priority() == priority) {
                return new Reply.Done(Map.of("configuration", current));
            }
            List<Member> members = current.members().stream()
                    .map(member -> member.memberId() == memberId
                            ? new Member(memberId, member.incarnation(), member.address(), priority)
                            : member)
                    .toList();
            return rooms.rule()
                    .reconfiguration()
                    .order(
                            new Change.Request(current.id(), members, current.prepareQuorum(), current.acceptQuorum()),
                            newcomers());
        }));
    }

    @Override
    public Reply takeSnapshot() {
        return withRooms(rooms -> guarded(() -> {
            try {
                Snapshots.Progress progress = rooms.snapshots().take();
                return new Reply.Done(Map.of(
                        "appliedIndex", rooms.replica().appliedIndex().get(),
                        "taking", progress.isTaking(),
                        "bytes", progress.servedBytes()));
            } catch (IOException refused) {
                return Reply.unavailable("no_snapshot", String.valueOf(refused.getMessage()));
            }
        }));
    }

    @Override
    public Reply trim() {
        return withRooms(rooms -> guarded(() -> {
            long goal = rooms.applier().durableAppliedIndex();
            boolean _ = rooms.replica().loop().trim(goal);
            Optional<Status> trimmed = rooms.rule().watch().await(status -> status.compactedIndex() >= goal, TRIM_MAX);
            Status now = rooms.replica().loop().status();
            return new Reply.Done(Map.of(
                    "goal",
                    goal,
                    "trimmedIndex",
                    trimmed.or(() -> Optional.ofNullable(now))
                            .map(Status::compactedIndex)
                            .orElse(0L)));
        }));
    }

    @Override
    public Reply drain(boolean drain) {
        life.drain(drain);
        return withRooms(rooms -> guarded(() -> {
            rooms.sqlServer().drain(drain);
            if (drain) {
                rooms.rule().handOver().giveUpTheLead(HandOver.PATIENCE);
                rooms.sqlServer().awaitNoSessions(DRAIN_MAX);
            }
            return new Reply.Done(
                    Map.of("draining", drain, "sessions", rooms.sqlServer().sessions()));
        }));
    }

    @Override
    public synchronized Reply retire() {
        MembershipView view = view();
        return switch (view.state()) {
            case Joining -> new Reply.Done(view);
            case Voting -> Reply.conflict("votes", "this node is a member: reconfigure first", view.configuration());
            case Learner, Reading, Retired -> // A reader joins anew at once.
                guarded(() -> {
                    life.retire();
                    return new Reply.Done(view());
                });
        };
    }

    @Override
    public synchronized Reply recoverFromQuorumLoss(UUID typedUid) {
        MembershipView view = view();
        Roster current = view.configuration();
        if (!typedUid.equals(view.clusterUid())) {
            return Reply.conflict(
                    "other_cluster",
                    typedUid + " is not the uid of this node's cluster, " + view.clusterUid() + ": nothing was changed",
                    current);
        }
        if (view.state() != State.Voting || current == null) {
            return Reply.conflict("no_member", "this node is no member, but " + view.state(), current);
        }
        return withRooms(rooms -> guarded(() -> {
            var survivors = new Survivors(introduction(), life.asking());
            Optional<Reply> objection = survivors.objection(current, view.acceptedIndex());
            return objection.isPresent() ? objection.get() : new Reply.Done(life.recoverFromQuorumLoss(current.id()));
        }));
    }

    @Override
    public Reply giveUp(long slot, boolean anyway) {
        return withRooms(rooms -> guarded(() -> {
            Optional<SlowCommand> slow = rooms.applier().slowCommand();
            if (slow.filter(command -> command.slot() == slot).isEmpty()) {
                String atHand =
                        slow.map(command -> "slot " + command.slot() + " does").orElse("no command does");
                return Reply.conflict(
                        "not_slow",
                        "slot " + slot + " takes no long time here, " + atHand,
                        rooms.rule().configuration().current());
            }
            rooms.applier().giveUp(slot, anyway);
            return new Reply.Done(
                    Map.of("slot", slot, "slowSeconds", slow.get().since().toSeconds()));
        }));
    }

    private Reply withRooms(Function<NodeRuntime.Rooms, Reply> order) {
        return life.rooms()
                .map(order)
                .orElseGet(() -> Reply.unavailable("not_running", "this node belongs to no cluster, or is starting"));
    }

    private static Reply guarded(Callable<Reply> order) {
        try {
            return order.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.unavailable("stopping", "this node stops");
        } catch (Exception e) { // Whatever it is, the administrator must hear of it.
            LOG.warn("An order of the administration failed", e);
            return Reply.unavailable("failed", String.valueOf(e.getMessage()));
        }
    }
}
