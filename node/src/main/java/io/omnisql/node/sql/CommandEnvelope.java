package io.omnisql.node.sql;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The inputs that a command's result may depend on, fixed by the coordinator so that all replicas execute the same.
 *
 * @param requestId exactly-once key
 * @param hasIdempotencyKey whether the client gave the key itself; then the whole result is stored with it
 * @param plannedAtIndex the coordinator's applied index before it planned the command. An entry that stands behind a later definition is
 *     refused, because its plan may not hold any more; and so is one that lands too far beyond, so that exactly-once records need not
 *     live for ever
 * @param sessionUser the role that the client authenticated as: the command is executed over a session of this role
 * @param role the client's current role (SET ROLE), equal to {@code sessionUser} when unchanged
 * @param timeMicros the command's transaction time in microseconds since 1970-01-01 UTC; appliers raise it where needed so that
 *     time never runs backwards in the log
 * @param seed the start of random() and of generated uuids
 * @param needsInputs whether a statement may ask for time or chance; if not, the applier saves setting them
 * @param settings the value-affecting settings of the client's session that differ from the cluster's defaults, by lower-case
 *     name: TimeZone, DateStyle, IntervalStyle, search_path, bytea_output, extra_float_digits, ...
 */
public record CommandEnvelope(
        RequestId requestId,
        boolean hasIdempotencyKey,
        long plannedAtIndex,
        String sessionUser,
        String role,
        long timeMicros,
        long seed,
        boolean needsInputs,
        SortedMap<String, String> settings) {
    public CommandEnvelope {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }
}
