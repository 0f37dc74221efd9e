package io.omnisql.operator.reconcile;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import org.jspecify.annotations.Nullable;

/** A status and the one before it. */
record StatusChange(OmniSqlClusterStatus before, OmniSqlClusterStatus after) {
    /** The condition, if it holds now and did not before. */
    @Nullable
    Condition becameTrue(String type) {
        return became(type, Condition.TRUE);
    }

    /** The condition, if it held before and does not now. */
    @Nullable
    Condition becameFalse(String type) {
        var now = became(type, Condition.FALSE);
        return now != null && find(before, type) != null ? now : null;
    }

    /** The condition, if it does not hold now, and held before or was not known before. */
    @Nullable
    Condition isNewlyFalse(String type) {
        return became(type, Condition.FALSE);
    }

    /** The condition, if it does not hold now, and did before, or not for that reason. */
    @Nullable
    Condition isFalseForAnotherReason(String type) {
        var now = find(after, type);
        var then = find(before, type);
        boolean same = now != null
                && then != null
                && then.status().equals(now.status())
                && then.reason().equals(now.reason());
        return now == null || same || !now.status().equals(Condition.FALSE) ? null : now;
    }

    private @Nullable Condition became(String type, String status) {
        var now = find(after, type);
        var then = find(before, type);
        boolean changed = now != null
                && now.status().equals(status)
                && (then == null || !then.status().equals(status));
        return changed ? now : null;
    }

    private static @Nullable Condition find(OmniSqlClusterStatus status, String type) {
        return status.conditionsOrNone().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElse(null);
    }
}
