package io.omnisql.node.apply;

import io.omnisql.node.Limits;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.sql.RequestId;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Which commands were applied before: any within the window of the last slots, and those with a key of their client's own for longer.
 * Used by the applier's thread only.
 */
final class Repetitions {
    private final RequestWindow window;
    private final AppliedLedger ledger;
    private final long keyWindowSlots;
    private Map<RequestId, RememberedKey> keys = Map.of();

    Repetitions(AppliedLedger ledger, Limits limits) {
        this.window = new RequestWindow(limits.requestWindowSlots());
        this.ledger = ledger;
        this.keyWindowSlots = limits.keyWindowSlots();
    }

    /** Reads what was applied from a slot on. */
    List<AppliedLedger.Recorded> load(long fromSlot) throws IOException {
        return ledger.load(window, fromSlot);
    }

    /** Looks up what the window does not know of these commands, which are to be applied next. */
    void look(List<DecidedCommand> batch) throws IOException {
        keys = ledger.keys(batch.stream()
                .filter(command -> command.envelope().hasIdempotencyKey())
                .map(DecidedCommand::requestId)
                .toList());
    }

    /** A command was applied. */
    void add(RequestId id, long slot) {
        window.add(id, slot);
    }

    /** Whether a command of the batch must be asked about when its turn has come, and its time is known. */
    boolean mayKnow(DecidedCommand command) {
        return window.slotOf(command.requestId(), command.slot()) != RequestWindow.UNKNOWN
                || keys.containsKey(command.requestId());
    }

    /**
     * The slot at which the command was applied before, or {@link RequestWindow#UNKNOWN}.
     *
     * @param timeMicros that the log gives the command
     */
    long slotOf(DecidedCommand command, long timeMicros) {
        long slot = window.slotOf(command.requestId(), command.slot());
        RememberedKey key = keys.get(command.requestId());
        if (slot != RequestWindow.UNKNOWN || key == null) {
            return slot;
        }
        var oldest = RememberedKey.oldestFor(command.slot(), timeMicros, keyWindowSlots);
        return key.isSince(oldest) ? key.slot() : RequestWindow.UNKNOWN;
    }

    /** What a command gave when it was applied, as far as that is kept: the kind of its error for as long as its key. */
    List<StatementResult> results(RequestId id, long slot) throws IOException {
        List<StatementResult> kept = ledger.results(slot);
        RememberedKey key = keys.get(id);
        if (!kept.isEmpty()) {
            return kept;
        }
        return key == null || key.sqlState() == null
                ? Refusal.resultNotKept()
                : Refusal.error(
                        key.sqlState(), "The command failed when it was executed; what it said then is not kept");
    }

    /** Forgets what no later command can repeat. */
    void prune(long position, long timeMicros) throws IOException {
        ledger.pruneKeys(RememberedKey.oldestFor(position, timeMicros, keyWindowSlots));
    }
}
