package io.omnisql.operator.plan;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What users read about the objects for the Prometheus operator; nothing, if they did not ask for any. */
public final class MonitoringStatus {
    private static final int MESSAGE_LENGTH_MAX = 500;

    private MonitoringStatus() {}

    /** The status with that condition in it. */
    public static OmniSqlClusterStatus in(OmniSqlClusterStatus status, Monitoring monitoring, Occasion occasion) {
        List<Condition> conditions = Stream.concat(
                        status.conditionsOrNone().stream(), condition(monitoring, occasion).stream())
                .toList();
        return status.withConditions(conditions);
    }

    private static Optional<Condition> condition(Monitoring monitoring, Occasion occasion) {
        return switch (monitoring) {
            case Monitoring.NotWanted _ -> Optional.empty();
            case Monitoring.InPlace _ ->
                Optional.of(dated(
                        occasion, Condition.TRUE, "InPlace", "the objects for the Prometheus operator are there"));
            case Monitoring.Unknown unknown ->
                Optional.of(dated(
                        occasion,
                        Condition.FALSE,
                        "NoPrometheusOperator",
                        "the API server does not know " + String.join(", ", unknown.kinds())));
            case Monitoring.Refused refused ->
                Optional.of(dated(occasion, Condition.FALSE, "Refused", cut(refused.why())));
        };
    }

    private static String cut(String message) {
        return message.length() <= MESSAGE_LENGTH_MAX ? message : message.substring(0, MESSAGE_LENGTH_MAX);
    }

    private static Condition dated(Occasion occasion, String status, String reason, String message) {
        return Conditions.dated(occasion, Condition.MONITORED, status, reason, message);
    }
}
