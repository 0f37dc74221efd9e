package io.omnisql.operator.plan;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.OmniSqlClusterStatus.Readers;
import java.util.Optional;
import java.util.stream.Stream;

/** What users read about the read replicas; nothing where there are none. */
public final class ReadersStatus {
    private ReadersStatus() {}

    /** The status with their number and condition in it. */
    public static OmniSqlClusterStatus in(
            OmniSqlClusterStatus status, ClusterView view, ReadersView readers, Occasion occasion) {
        boolean none = readers.wanted() == 0 && readers.pods() == 0;
        return status.withReaders(none ? null : new Readers(readers.pods(), readers.ready()))
                .withConditions(
                        Stream.concat(status.conditionsOrNone().stream(), condition(view, readers, occasion).stream())
                                .toList());
    }

    private static Optional<Condition> condition(ClusterView view, ReadersView readers, Occasion occasion) {
        int wanted = readers.wanted();
        if (wanted == 0) {
            return Optional.empty();
        }
        if (view.wanted().hibernate()) {
            return Optional.of(dated(occasion, Condition.FALSE, "Hibernating", "no node runs"));
        }
        String told = "%d of %d read replicas are ready".formatted(Math.min(readers.ready(), wanted), wanted);
        boolean all = readers.ready() == wanted && readers.pods() == wanted;
        if (all && readers.areUpToDate()) {
            return Optional.of(dated(occasion, Condition.TRUE, "AllReadersReady", told));
        }
        return Optional.of(dated(occasion, Condition.FALSE, all ? "RollingOut" : "ReadersNotReady", told));
    }

    private static Condition dated(Occasion occasion, String status, String reason, String message) {
        return Conditions.dated(occasion, Condition.READERS_READY, status, reason, message);
    }
}
