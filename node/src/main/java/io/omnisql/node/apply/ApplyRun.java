package io.omnisql.node.apply;

import io.omnisql.node.Limits;
import io.omnisql.node.apply.ApplierSessions.ApplierSession;
import io.omnisql.node.apply.LedgerRecord.Progress;
import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.node.gateway.AppliedResults;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.sql.RequestId;
import io.omnisql.omnipaxos.Entry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies entry after entry from where the ledger says, as long as PostgreSQL is well. After any trouble it is thrown away and a new
 * one reads the ledger again. Used by the applier's thread only.
 */
final class ApplyRun implements AutoCloseable {
    private static final long PRUNE_SLOTS = 50_000;
    private static final String STALE_PLAN = "cached plan must not change result type";

    private final Surroundings surroundings;
    private final Limits limits;
    private final long generation;
    private final OutcomeBuilder outcomes;
    private final ApplierSessions sessions;
    private final AppliedLedger ledger;
    private final Repetitions repetitions;
    private final Grouper grouper;

    private List<AppliedLedger.Recorded> recorded;
    private CatalogTraits traits;
    private long position;
    private Progress progress;
    private long prunedBelow;
    private List<DecidedCommand> batch = List.of();
    private int next;

    /** What the applier works with in all its lives. */
    record Surroundings(
            ApplyQueue queue,
            Publication publication,
            AppliedResults results,
            DigestCheckpoints checkpoints,
            Activity activity,
            Gate gate,
            Counters counters) {}

    private ApplyRun(
            Surroundings surroundings,
            Limits limits,
            OutcomeBuilder outcomes,
            ApplierSessions sessions,
            AppliedLedger ledger)
            throws IOException, NodeTrouble {
        this.surroundings = surroundings;
        this.limits = limits;
        this.generation = surroundings.publication.generation();
        this.outcomes = outcomes;
        this.sessions = sessions;
        this.ledger = ledger;
        this.repetitions = new Repetitions(ledger, limits);
        this.grouper = new Grouper(limits.applyGroupMax(), limits.requestWindowSlots(), repetitions);
        AppliedLedger.State state = ledger.state();
        this.position = state.appliedIndex();
        this.progress = state.progress();
        this.recorded = repetitions.load(position - limits.requestWindowSlots());
        ledger.restoreSequences();
        this.traits = ledger.traits();
        surroundings.counters.catalogChanged();
        if (!surroundings.publication.restarted(generation, position)) {
            throw new NodeTrouble("PostgreSQL died while the ledger was read");
        }
    }

    /** Reads the ledger. */
    static ApplyRun start(Surroundings surroundings, Limits limits, ApplierSessions sessions, OutcomeBuilder outcomes)
            throws IOException, NodeTrouble {
        AppliedLedger ledger = AppliedLedger.open(sessions.system(), outcomes);
        try {
            return new ApplyRun(surroundings, limits, outcomes, sessions, ledger);
        } catch (IOException | NodeTrouble | RuntimeException e) {
            ledger.close();
            throw e;
        }
    }

    /** Tells clients of commands from a slot on that were applied without this node's noticing: the answer to a COMMIT was lost. */
    void tellRecorded(long fromSlot) throws IOException {
        for (AppliedLedger.Recorded command : recorded) {
            if (command.slot() >= fromSlot && surroundings.results.isAwaited(command.id())) {
                tell(
                        command.id(),
                        new AppliedResult(command.slot(), position, repetitions.results(command.id(), command.slot())));
            }
        }
        recorded = List.of();
    }

    /** The applied index. */
    long position() {
        return position;
    }

    /** Applies the next group, waiting for one; returns without having done so when the queue is closed. */
    void step() throws IOException, NodeTrouble, InterruptedException {
        if (next >= batch.size()) {
            List<Entry> entries = surroundings.queue.take(position, limits.applyGroupMax(), this::isCurrent);
            surroundings.gate.begin(position);
            next = 0;
            batch = DecidedCommand.decode(position, entries);
            repetitions.look(batch);
            if (batch.isEmpty() && !entries.isEmpty() && isCurrent()) {
                passOverNoCommand();
            }
        }
        if (!isCurrent()) {
            throw new NodeTrouble("PostgreSQL died");
        }
        if (batch.isEmpty()) {
            return;
        }
        DecidedCommand first = batch.get(next);
        surroundings.gate.standAt(first.slot(), first.requestId());
        long original = repetitions.slotOf(first, times(List.of(first))[0]);
        if (surroundings.gate.isCancelled(first.slot())) {
            recordFailed(first, List.of(), Failure.of(0, Refusal.cancelled(surroundings.gate.failure())));
        } else if (grouper.isExpired(first)) {
            passOver(first, Refusal.expired(limits.requestWindowSlots()), first.slot());
        } else if (original != RequestWindow.UNKNOWN) {
            passOver(first, repetitions.results(first.requestId(), original), original);
        } else if (first.isPlannedBefore(progress.definitionIndex())) {
            recordFailed(first, List.of(), Failure.of(0, Refusal.planOutdated()));
        } else {
            apply(group(first));
        }
    }

    private List<DecidedCommand> group(DecidedCommand first) {
        long from = first.slot();
        if (surroundings.gate.demandsAlone(from)) {
            return List.of(first);
        }
        List<DecidedCommand> group =
                grouper.group(batch, next, new Grouper.Circumstances(traits, progress.definitionIndex()));
        // The first one is judged once more when it passes the gate: a ruling on it may have come just now.
        long until = surroundings.gate.firstCancelled(from + 1, from + group.size());
        return group.subList(0, Math.toIntExact(until - from));
    }

    @Override
    public void close() {
        sessions.close();
        ledger.close();
    }

    private boolean isCurrent() {
        return surroundings.publication.generation() == generation;
    }

    private void apply(List<DecidedCommand> group) throws IOException, NodeTrouble, InterruptedException {
        DecidedCommand first = group.getFirst();
        String user = first.envelope().sessionUser();
        if (!sessions.has(user) && !ledger.admits(user)) {
            recordFailed(first, List.of(), Failure.of(0, Refusal.noSession(user)));
            return;
        }
        ApplierSession session = sessions.of(user, ledger);
        surroundings.gate.alone(group.size() == 1);
        surroundings.activity.started(session.session());
        try {
            long digestBefore = progress.digest();
            Failure failure = attempt(group, session.transaction());
            if (failure == null) {
                committed(group, digestBefore);
            } else {
                session.transaction().rollBack();
                failed(group, failure);
            }
        } catch (ResultTooLarge e) {
            sessions.drop(user);
            ledger.awaitEnd(session.session().pid());
            tooLarge(group);
        } finally {
            surroundings.activity.ended();
        }
    }

    private void tooLarge(List<DecidedCommand> group) throws IOException, NodeTrouble, InterruptedException {
        if (traits.hasSequences()) {
            ledger.restoreSequences();
        }
        if (group.size() > 1) {
            surroundings.gate.demandAlone(group.getLast().slot() + 1);
        } else {
            recordFailed(group.getFirst(), List.of(), Failure.of(0, Refusal.resultTooLarge()));
        }
    }

    private @Nullable Failure attempt(List<DecidedCommand> group, GroupTransaction transaction)
            throws IOException, NodeTrouble, InterruptedException {
        long[] times = times(group);
        boolean leavesTraces = traits.hasSettingFunctions() || group.getFirst().isAlone();
        Failure failure = transaction.execute(
                group, times, new GroupTransaction.Frame(leavesTraces, traits.hasDeferrableConstraints()));
        if (failure != null) {
            return failure;
        }
        if (!transaction.isOpen()) {
            throw new NodeTrouble("The command at slot " + group.getFirst().slot() + " ended its transaction itself");
        }
        if (!surroundings.gate.pass(position, position + group.size())) {
            return Failure.of(0, Refusal.cancelled(null));
        }
        DecidedCommand last = group.getLast();
        long definitionIndex = last.changesCatalog() ? last.slot() + 1 : progress.definitionIndex();
        var after = new Progress(times[times.length - 1], rolled(outcomes.outcomes()), definitionIndex);
        LedgerRecord record = ledger.record(position, position + group.size(), after, outcomes.outcomes());
        boolean isCertain = !leavesTraces && !last.changesCatalog() && !traits.hasDeferrableConstraints();
        if (isCertain) {
            executed(outcomes.outcomes(), record.until());
        }
        Failure atCommit = transaction.commit(leavesTraces ? record.withCatalogChange() : record);
        if (atCommit == null) {
            progress = after;
        } else if (isCertain) {
            throw new NodeTrouble("The commit of slots " + position + " to " + (record.until() - 1)
                    + ", whose outcome is known, met " + atCommit.sqlState() + " " + atCommit.message());
        } else if (group.size() > 1) {
            grouper.suspectAll(group); // Any of them may be the cause.
        }
        return atCommit;
    }

    private void executed(List<CommandOutcome> certain, long appliedIndex) {
        for (CommandOutcome outcome : certain) {
            if (surroundings.results.isAwaited(outcome.requestId())) {
                surroundings.results.executed(
                        outcome.requestId(), new AppliedResult(outcome.slot(), appliedIndex, toldResults(outcome)));
            }
        }
    }

    private static List<StatementResult> toldResults(CommandOutcome outcome) {
        return outcome.results().isEmpty() ? Refusal.resultNotKept() : outcome.results();
    }

    /** Time never runs backwards in the log. */
    private long[] times(List<DecidedCommand> group) {
        var times = new long[group.size()];
        long last = progress.timeMicros();
        for (int i = 0; i < times.length; i++) {
            last = Math.max(group.get(i).envelope().timeMicros(), last + 1);
            times[i] = last;
        }
        return times;
    }

    private long rolled(List<CommandOutcome> executed) {
        long digest = progress.digest();
        for (CommandOutcome outcome : executed) {
            digest = ResultDigest.roll(digest, outcome.slot(), outcome.digest());
        }
        return digest;
    }

    private void committed(List<DecidedCommand> group, long digestBefore) throws IOException, NodeTrouble {
        boolean changesCatalog = group.getFirst().changesCatalog();
        if (changesCatalog) {
            surroundings.counters.catalogChanged();
        }
        moved(outcomes.outcomes(), digestBefore);
        grouper.succeeded();
        if (changesCatalog) {
            readCatalog();
        }
    }

    private void readCatalog() throws IOException {
        CatalogTraits before = traits;
        traits = ledger.traits();
        if (traits.roles().equals(before.roles())) {
            sessions.forgetStatements();
        } else {
            sessions.close();
        }
    }

    private void failed(List<DecidedCommand> group, Failure failure)
            throws IOException, NodeTrouble, InterruptedException {
        List<StatementResult> before = List.copyOf(outcomes.resultsSoFar());
        if (traits.hasSequences()) {
            ledger.restoreSequences();
        }
        boolean isTakenApart = failure.kind() == ApplyError.NODE_LOCAL && group.size() > 1;
        if (isTakenApart) {
            surroundings.gate.demandAlone(group.getLast().slot() + 1);
        }
        boolean wasCancelled = failure.sqlState().equals(Refusal.CANCELLED);
        if (wasCancelled
                && (isTakenApart
                        || surroundings.gate.isCancelled(group.getFirst().slot()))) {
            return; // The watch made this transaction fail.
        }
        if (failure.kind() == ApplyError.NODE_LOCAL) {
            surroundings.gate.failed(failure);
            throw new NodeTrouble("The command at slot "
                    + group.get(failure.entry()).slot() + " met " + failure.sqlState() + " " + failure.message());
        }
        if (failure.message().equals(STALE_PLAN)) {
            sessions.forgetStatements();
        } else if (group.size() > 1) {
            grouper.failed(group, failure.entry());
        } else {
            recordFailed(group.getFirst(), before, failure);
        }
    }

    /** A command that had no effect: its error is its result. */
    private void recordFailed(DecidedCommand command, List<StatementResult> before, Failure failure)
            throws IOException, NodeTrouble, InterruptedException {
        boolean passes = surroundings.gate.pass(position, position + 1);
        Failure outcome = passes ? failure : Failure.of(0, Refusal.cancelled(surroundings.gate.failure()));
        CommandOutcome told = CommandOutcome.failed(command, passes ? before : List.of(), outcome);
        CommandOutcome recorded =
                told.isRecorded() ? told : CommandOutcome.failed(command, List.of(), outcome.shortened());
        long digestBefore = progress.digest();
        var after = new Progress(times(List.of(command))[0], rolled(List.of(told)), progress.definitionIndex());
        ledger.recordWithoutEffect(ledger.record(position, position + 1, after, List.of(recorded)));
        progress = after;
        moved(List.of(told), digestBefore);
    }

    /** A command that is not executed because it was before, or may have been. */
    private void passOver(DecidedCommand command, List<StatementResult> results, long slot)
            throws IOException, NodeTrouble {
        var after = new Progress(
                progress.timeMicros(),
                ResultDigest.roll(progress.digest(), command.slot(), ResultDigest.DUPLICATE),
                progress.definitionIndex());
        ledger.recordWithoutEffect(
                ledger.record(position, position + 1, after, List.of()).withoutRequests());
        progress = after;
        advance(1);
        surroundings.counters.passedOver();
        surroundings.checkpoints.rolled(command.slot(), after.digest());
        tell(command.requestId(), new AppliedResult(slot, position, results));
    }

    /** The end of a configuration and a ruling execute nothing, but they have slots. */
    private void passOverNoCommand() throws IOException, NodeTrouble {
        long slot = position;
        ledger.recordWithoutEffect(
                ledger.record(slot, slot + 1, progress, List.of()).withoutRequests());
        advance(1);
        next = 0;
        surroundings.checkpoints.rolled(slot, progress.digest());
    }

    private void moved(List<CommandOutcome> executed, long digestBefore) throws NodeTrouble, IOException {
        advance(executed.size());
        long digest = digestBefore;
        for (CommandOutcome outcome : executed) {
            repetitions.add(outcome.requestId(), outcome.slot());
            digest = ResultDigest.roll(digest, outcome.slot(), outcome.digest());
            surroundings.checkpoints.rolled(outcome.slot(), digest);
        }
        for (CommandOutcome outcome : executed) {
            tell(outcome.requestId(), new AppliedResult(outcome.slot(), position, toldResults(outcome)));
        }
        if (position - prunedBelow > PRUNE_SLOTS) {
            ledger.prune(position - limits.requestWindowSlots() - 1);
            repetitions.prune(position, progress.timeMicros());
            prunedBelow = position;
        }
    }

    private void advance(int count) throws NodeTrouble {
        position += count;
        next += count;
        surroundings.gate.applied(position);
        surroundings.counters.applied(count);
        if (!surroundings.publication.applied(generation, position)) {
            throw new NodeTrouble("PostgreSQL died");
        }
    }

    private void tell(RequestId requestId, AppliedResult result) {
        if (surroundings.results.isAwaited(requestId)) {
            surroundings.results.applied(requestId, result);
        }
    }
}
