package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.ProposeResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Clients that each do one operation after the other at nodes drawn by lot: writes of values that occur once, repeated under
 * the same request id when they are superseded, and linearizable reads. Some lose patience. What they saw is the history.
 */
final class SimulatedClients {
    private static final int KEYS = 3;
    private static final int BURST_MAX = 30;

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final List<Client> clients = new ArrayList<>();
    private final Map<Long, Attempt> proposals = new TreeMap<>();
    private final Map<Long, Attempt> reads = new TreeMap<>();
    private final List<Operation> history = new ArrayList<>();
    private long lastId;
    private boolean isStopped;

    /** One try of a client's operation at one node; {@code client} is null for writes that nobody waits for. */
    private record Attempt(@Nullable Client client, long operation, SimulatedReplica at) {}

    SimulatedClients(SimulatedCluster cluster, SplittableRandom random, int count) {
        this.cluster = cluster;
        this.random = random;
        for (int i = 0; i < count; i++) {
            clients.add(new Client(i));
        }
    }

    /** The text of a command: request id, key and value. */
    static String text(Entry entry) {
        return switch (entry) {
            case Entry.Command(var bytes) -> new String(bytes, StandardCharsets.UTF_8);
            case Entry.StopSign(var next) ->
                "stop|configuration|" + next.id() + ":" + next.replicas() + next.quorum() + next.metadata();
        };
    }

    static Entry.Command entry(String request, String key, String value) {
        return new Entry.Command((request + "|" + key + "|" + value).getBytes(StandardCharsets.UTF_8));
    }

    void start() {
        clients.forEach(each -> later(20, each::begin));
        if (random.nextInt(3) == 0) {
            later(100, this::burst);
        }
    }

    /** No new operation and no new attempt from now on; what is under way may still end. */
    void stop() {
        isStopped = true;
    }

    /** All operations; those whose end no client saw are unknown. */
    List<Operation> history() {
        List<Operation> all = new ArrayList<>(history);
        clients.stream().filter(each -> each.isBusy).forEach(each -> all.add(each.unknown()));
        return all;
    }

    /** What an output tells the clients of this node; its decided entries are applied already. */
    void told(SimulatedReplica replica, Output output) {
        for (ProposalOutcome outcome : output.proposals()) {
            cluster.checker().onOutcome(outcome);
            if (!(outcome instanceof ProposalOutcome.Placed)) {
                onOutcome(outcome, proposals.remove(outcome.proposalId()));
            }
        }
        for (ReadOutcome outcome : output.reads()) {
            cluster.checker().onReadOutcome(outcome);
            onReadOutcome(outcome, reads.remove(outcome.readId()));
        }
        clients.forEach(each -> each.onApplied(replica));
    }

    private static void onOutcome(ProposalOutcome outcome, @Nullable Attempt attempt) {
        Client client = attempt == null ? null : attempt.client;
        if (attempt == null || client == null || client.operation != attempt.operation) {
            return;
        }
        if (outcome instanceof ProposalOutcome.Decided(long _, long slot)) {
            client.await(attempt.at, slot + 1);
        } else {
            client.retry();
        }
    }

    private static void onReadOutcome(ReadOutcome outcome, @Nullable Attempt attempt) {
        Client client = attempt == null ? null : attempt.client;
        if (attempt == null || client == null || client.operation != attempt.operation) {
            return;
        }
        if (outcome instanceof ReadOutcome.Ready(long _, long readIndex)) {
            client.await(attempt.at, readIndex);
        } else {
            client.retry();
        }
    }

    /** A node crashed: whoever waits for it does not know what became of his operation. */
    void onCrash(SimulatedReplica replica) {
        proposals.forEach((id, attempt) -> {
            if (attempt.at == replica) {
                cluster.checker().onProposalLost(id);
            }
        });
        reads.forEach((id, attempt) -> {
            if (attempt.at == replica) {
                cluster.checker().onReadLost(id);
            }
        });
        proposals.values().removeIf(each -> each.at == replica);
        reads.values().removeIf(each -> each.at == replica);
        clients.forEach(each -> each.onCrash(replica));
    }

    private void burst() {
        if (isStopped) {
            return;
        }
        SimulatedReplica replica = cluster.anyUp(random);
        int count = 1 + random.nextInt(BURST_MAX);
        for (int i = 0; replica != null && i < count; i++) {
            proposeAt(replica);
        }
        later(150, this::burst);
    }

    /** One write there that nobody waits for. */
    void proposeAt(SimulatedReplica replica) {
        lastId++;
        propose(replica, entry("r" + lastId, "burst", "b" + lastId), new Attempt(null, 0, replica));
    }

    private boolean propose(SimulatedReplica replica, Entry.Command entry, Attempt attempt) {
        lastId++;
        long id = lastId;
        cluster.checker().onProposing(entry);
        boolean[] isAccepted = new boolean[1];
        replica.input(core -> isAccepted[0] = core.propose(id, entry) instanceof ProposeResult.Accepted);
        if (isAccepted[0]) {
            cluster.checker().onProposed(id, entry);
            proposals.put(id, attempt);
        }
        cluster.afterInput(replica);
        return isAccepted[0];
    }

    /** Proposes a configuration; nobody waits for what becomes of it. */
    void reconfigure(SimulatedReplica replica, Configuration next) {
        lastId++;
        long id = lastId;
        Entry.StopSign sign = new Entry.StopSign(next);
        cluster.checker().onProposing(sign);
        replica.input(core -> {
            if (core.reconfigure(id, next) instanceof ProposeResult.Accepted) {
                cluster.checker().onProposed(id, sign);
                proposals.put(id, new Attempt(null, 0, replica));
            }
        });
        cluster.afterInput(replica);
    }

    private void later(int ticksMax, Runnable action) {
        cluster.agenda().after(1 + random.nextLong(ticksMax * Agenda.TICK), action);
    }

    /** One client: a process that is busy with at most one operation. */
    private final class Client {
        private long process;
        private long operation;
        private boolean isBusy;
        private long invokedAt;
        private String key = "";
        private @Nullable String written;
        private @Nullable SimulatedReplica asked;
        private @Nullable SimulatedReplica awaited;
        private long awaitedIndex;

        Client(long process) {
            this.process = process;
        }

        void begin() {
            if (isStopped) {
                return;
            }
            operation++;
            isBusy = true;
            awaited = null;
            invokedAt = cluster.agenda().steps();
            key = "k" + random.nextInt(KEYS);
            lastId++;
            written = random.nextBoolean() ? "v" + lastId : null;
            attempt();
            if (random.nextInt(10) == 0) {
                during(80, this::giveUp);
            }
        }

        private void attempt() {
            SimulatedReplica replica = cluster.anyUp(random);
            if (isStopped || replica == null) {
                retry();
                return;
            }
            Attempt attempt = new Attempt(this, operation, replica);
            asked = replica;
            if (written == null) {
                read(replica, attempt);
            } else if (!propose(replica, entry("r" + written, key, written), attempt)) {
                retry();
            }
        }

        private void read(SimulatedReplica replica, Attempt attempt) {
            lastId++;
            long id = lastId;
            cluster.checker().onReadRequested(id);
            reads.put(id, attempt);
            replica.input(core -> core.requestReadIndex(id));
            cluster.afterInput(replica);
        }

        void retry() {
            if (!isStopped) {
                during(10, this::attempt);
            }
        }

        /** Does the action later, unless the operation is over by then. */
        private void during(int ticksMax, Runnable action) {
            long now = operation;
            later(ticksMax, () -> {
                if (operation == now && isBusy) {
                    action.run();
                }
            });
        }

        void await(SimulatedReplica replica, long index) {
            awaited = replica;
            awaitedIndex = index;
            onApplied(replica);
        }

        void onApplied(SimulatedReplica replica) {
            if (isBusy && awaited == replica && replica.appliedIndex() >= awaitedIndex) {
                Operation.Action action =
                        written == null ? new Operation.Read(replica.table().get(key)) : new Operation.Write(written);
                end(new Operation(
                        process, key, action, invokedAt, cluster.agenda().steps()));
            }
        }

        void onCrash(SimulatedReplica replica) {
            boolean wasWaiting = isBusy && asked == replica;
            if (wasWaiting && written != null && random.nextBoolean()) {
                giveUp();
            } else if (wasWaiting) {
                awaited = null;
                retry();
            }
        }

        private void giveUp() {
            end(unknown());
            process += clients.size();
        }

        Operation unknown() {
            Operation.Action action = written == null ? new Operation.Read(null) : new Operation.Write(written);
            return Operation.unknown(process, key, action, invokedAt);
        }

        private void end(Operation ended) {
            history.add(ended);
            isBusy = false;
            awaited = null;
            later(15, this::begin);
        }
    }
}
