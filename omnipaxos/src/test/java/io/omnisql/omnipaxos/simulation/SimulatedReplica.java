package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.Output.Outgoing;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.SnapshotMark;
import io.omnisql.omnipaxos.Standing;
import io.omnisql.omnipaxos.Status;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node: the core, a host that does what its outputs ask, a disk, and a table that the decided commands fill. */
final class SimulatedReplica {
    private final NodeId id;
    private final Standing first;
    private final Settings settings;
    private final World world;
    private final SimulatedDisk disk;
    private @Nullable OmniPaxos core;
    private int starts;
    private int inputsSinceOutput;
    private long appliedIndex;
    private ReplicaTable table = new ReplicaTable();

    /** What a replica needs around it. */
    interface World {
        SafetyChecker checker();

        Trace trace();

        Mutation mutation();

        /** A batch was written: call {@link #diskDone} some time. */
        void writing(SimulatedReplica replica);

        void send(NodeId from, Outgoing outgoing);

        void serve(SimulatedReplica replica, Output.CatchUp catchUp);

        /** The replica lacks entries that are gone elsewhere: call {@link #install} some time. */
        void snapshotRequired(SimulatedReplica replica, Output.SnapshotRequired required);

        void told(SimulatedReplica replica, Output output);
    }

    SimulatedReplica(NodeId id, Standing first, Settings settings, World world) {
        this.id = id;
        this.first = first;
        this.settings = settings;
        this.world = world;
        this.disk =
                new SimulatedDisk(first.configuration().id(), world.checker().decidedLog());
    }

    NodeId id() {
        return id;
    }

    SimulatedDisk disk() {
        return disk;
    }

    boolean isUp() {
        return core != null;
    }

    int starts() {
        return starts;
    }

    long appliedIndex() {
        return appliedIndex;
    }

    ReplicaTable table() {
        return table;
    }

    /** What the core says of itself, or null while the node is down. */
    @Nullable
    Status status() {
        return core == null ? null : core.status();
    }

    /** Starts with what the disk holds; entries below {@code retainedFrom} stay there. */
    void start(long retainedFrom) {
        appliedIndex = disk.durable().decidedIndex();
        table = new ReplicaTable();
        disk.durable().log().subList(0, (int) appliedIndex).forEach(table::apply);
        core = new OmniPaxos(id, first, settings, disk.recover(retainedFrom));
        starts++;
        inputsSinceOutput = 0;
        world.trace().add("%s starts, decided %d", id, appliedIndex);
    }

    /** Power loss; the disk may have finished some batches of which the core was not told. */
    void crash(int batchesThatSurvive) {
        world.trace().add("%s crashes", id);
        core = null;
        disk.crash(batchesThatSurvive);
        world.checker().onCrash(this);
    }

    /** What it has applied now, and the mark that belongs to it; null while it has none. */
    @Nullable
    State state() {
        SnapshotMark mark = core == null ? null : core.mark(appliedIndex);
        return mark == null ? null : new State(mark, table.copy());
    }

    record State(SnapshotMark mark, ReplicaTable table) {}

    /** Takes over the state of another replica, and tells the core. */
    void install(State state) {
        if (core != null && state.mark.index() > appliedIndex) {
            world.trace().add("%s installs the state %s", id, state.mark);
            appliedIndex = state.mark.index();
            table = state.table.copy();
            input(each -> each.snapshotInstalled(state.mark));
        }
    }

    /** Feeds the core, if it is up. Call {@link #handleOutput} soon. */
    void input(Consumer<OmniPaxos> input) {
        if (core != null) {
            input.accept(core);
            inputsSinceOutput++;
            world.checker().onStatus(this, core.status());
        }
    }

    void handleOutput() {
        while (core != null && core.hasOutput()) {
            // What it made at an earlier input was made by an earlier state.
            Status status = inputsSinceOutput <= 1 ? core.status() : null;
            Output output = world.mutation().output(id, core.takeOutput());
            inputsSinceOutput = 0;
            handle(output, status);
            if (core != null) {
                world.checker().onStatus(this, core.status());
            }
        }
    }

    private void handle(Output output, @Nullable Status status) {
        output.immediate().forEach(each -> world.checker().onMade(id, each, status));
        output.afterDurable().forEach(each -> world.checker().onMade(id, each, status));
        long compactedBefore = disk.written().compactedIndex();
        if (output.token() != 0) {
            write(new SimulatedDisk.Batch(output.token(), output.writes(), output.afterDurable()));
        } else {
            SafetyChecker.check(
                    output.writes().isEmpty() && output.afterDurable().isEmpty(), "Output: node %s, no token", id);
        }
        apply(output);
        output.immediate().forEach(this::send);
        for (Output.CatchUp each : output.catchUps()) {
            SafetyChecker.check(
                    each.from() >= compactedBefore,
                    "Output: node %s asks its host for %s, compacted are %d",
                    id,
                    each,
                    compactedBefore);
            world.serve(this, each);
        }
        output.snapshotsRequired().forEach(each -> world.snapshotRequired(this, each));
        world.told(this, output);
    }

    private void write(SimulatedDisk.Batch batch) {
        RoundLogs.Shape before = RoundLogs.Shape.of(disk.written());
        disk.write(batch);
        for (LogWrite write : batch.writes()) {
            world.trace().add("%s writes %s", id, write);
        }
        world.checker().onWritten(this, before);
        world.writing(this);
        if (world.mutation().liesAboutDurability()) {
            input(each -> each.persisted(batch.token()));
            batch.afterDurable().forEach(this::send);
        }
    }

    private void apply(Output output) {
        world.checker().onDecided(this, output);
        List<Entry> decided = output.decided();
        if (!decided.isEmpty()) {
            decided.forEach(table::apply);
            appliedIndex += decided.size();
            world.trace().add("%s decided %d", id, appliedIndex);
        }
    }

    /** The oldest batch is durable: the core hears of it, then its messages leave. */
    void diskDone() {
        if (core == null || disk.isIdle() || disk.hangs()) {
            return;
        }
        SimulatedDisk.Batch batch = disk.becomeDurable();
        input(each -> each.persisted(batch.token()));
        batch.afterDurable().forEach(this::send);
        handleOutput();
    }

    private void send(Outgoing outgoing) {
        world.checker().onSent(this, outgoing.message());
        world.send(id, outgoing);
    }

    /** A key-value table that executes each request once. */
    static final class ReplicaTable {
        private final Map<String, String> values = new TreeMap<>();
        private final Map<String, String> requests = new TreeMap<>();

        private ReplicaTable copy() {
            ReplicaTable copy = new ReplicaTable();
            copy.values.putAll(values);
            copy.requests.putAll(requests);
            return copy;
        }

        private void apply(Entry entry) {
            if (entry instanceof Entry.StopSign) {
                return;
            }
            String[] command = SimulatedClients.text(entry).split("\\|", 3);
            if (requests.putIfAbsent(command[0], command[2]) == null) {
                values.put(command[1], command[2]);
            }
        }

        @Nullable
        String get(String key) {
            return values.get(key);
        }
    }
}
