package io.omnisql.operator.plan;

/**
 * The claim of a volume that was seen.
 *
 * @param uid its identity
 * @param terminating somebody deleted it; it goes when its pod goes
 * @param lost its volume is gone
 * @param requestedBytes size that it asks for
 */
public record ClaimView(int ordinal, String name, String uid, boolean terminating, boolean lost, long requestedBytes) {}
