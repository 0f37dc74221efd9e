package io.omnisql.node.apply;

import io.omnisql.node.sql.RequestId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which commands share a transaction. Whatever it decides, the effects are the same: it is about speed alone. After errors groups
 * are small for a while, so that not everything is executed twice.
 */
final class Grouper {
    private static final int BYTES_MAX = 1 << 20;
    private static final int GROWTH = 2;

    private final int countMax;
    private final long windowSlots;
    private final Repetitions repetitions;
    private int count;
    private long aloneFrom;
    private long aloneUntil;

    Grouper(int countMax, long windowSlots, Repetitions repetitions) {
        this.countMax = countMax;
        this.windowSlots = windowSlots;
        this.repetitions = repetitions;
        this.count = countMax;
    }

    /** Whether the command came to its slot too late to tell whether it is a repetition. */
    boolean isExpired(DecidedCommand command) {
        return command.slot() - command.envelope().plannedAtIndex() > windowSlots;
    }

    /** What the catalog says, and behind which slot it was changed last. */
    record Circumstances(CatalogTraits traits, long definitionIndex) {}

    /** The command at {@code next} and those after it that can share its transaction. */
    List<DecidedCommand> group(List<DecidedCommand> batch, int next, Circumstances now) {
        DecidedCommand first = batch.get(next);
        var group = new ArrayList<DecidedCommand>();
        group.add(first);
        if (mustBeAlone(first, now.traits)) {
            return group;
        }
        Set<RequestId> ids = new HashSet<>();
        ids.add(first.requestId());
        int bytes = first.bytes();
        for (int i = next + 1; i < batch.size() && group.size() < count; i++) {
            DecidedCommand command = batch.get(i);
            bytes += command.bytes();
            if (bytes > BYTES_MAX || !canJoin(command, first, now) || !ids.add(command.requestId())) {
                break;
            }
            group.add(command);
        }
        return group;
    }

    /** The last group went well. */
    void succeeded() {
        count = Math.min(countMax, count * GROWTH);
    }

    /** A command of the group failed: what came before it may go together, it must go alone. */
    void failed(List<DecidedCommand> group, int entry) {
        count = Math.max(1, entry);
        boolean isAllSuspect = aloneUntil > group.getLast().slot();
        if (!isAllSuspect) {
            aloneFrom = group.get(entry).slot();
            aloneUntil = aloneFrom + 1;
        }
    }

    /** The group failed as a whole: each must go alone. */
    void suspectAll(List<DecidedCommand> group) {
        aloneFrom = group.getFirst().slot();
        aloneUntil = group.getLast().slot() + 1;
    }

    private boolean canJoin(DecidedCommand command, DecidedCommand first, Circumstances now) {
        return command.envelope().sessionUser().equals(first.envelope().sessionUser())
                && !mustBeAlone(command, now.traits)
                && !command.isPlannedBefore(now.definitionIndex)
                && !isExpired(command)
                && !repetitions.mayKnow(command);
    }

    private boolean mustBeAlone(DecidedCommand command, CatalogTraits traits) {
        boolean isSuspect = command.slot() >= aloneFrom && command.slot() < aloneUntil;
        return isSuspect || traits.forbidsGroups() || command.isAlone();
    }
}
