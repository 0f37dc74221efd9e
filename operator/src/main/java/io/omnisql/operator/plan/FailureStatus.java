package io.omnisql.operator.plan;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import java.util.List;
import java.util.stream.Stream;

/** What users read when the operator itself could not do its work. */
public final class FailureStatus {
    private static final int MESSAGE_LENGTH_MAX = 500;

    private FailureStatus() {}

    /** The previous status, with the failure in it. */
    public static OmniSqlClusterStatus of(Occasion occasion, String reason, String message) {
        var before = occasion.previous();
        String cut = message.length() <= MESSAGE_LENGTH_MAX ? message : message.substring(0, MESSAGE_LENGTH_MAX);
        var failed = Conditions.dated(occasion, Condition.RECONCILED, Condition.FALSE, reason, cut);
        List<Condition> conditions = Stream.concat(
                        before.conditionsOrNone().stream()
                                .filter(condition -> !condition.type().equals(Condition.RECONCILED)),
                        Stream.of(failed))
                .toList();
        return before.withConditions(conditions);
    }
}
