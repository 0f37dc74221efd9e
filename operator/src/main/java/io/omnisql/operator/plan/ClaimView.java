package io.omnisql.operator.plan;

import java.time.Instant;

/**
 * The claim of a volume that was seen.
 *
 * @param uid its identity
 * @param since when it was made
 * @param terminating somebody deleted it; it goes when its pod goes
 * @param lost its volume is gone
 * @param requestedBytes size that it asks for
 */
public record ClaimView(
        int ordinal, String name, String uid, Instant since, boolean terminating, boolean lost, long requestedBytes) {}
