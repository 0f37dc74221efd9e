package io.omnisql.operator.plan;

import java.time.Duration;

/**
 * The part of the spec that steps are decided from.
 *
 * @param replicas voters, odd
 * @param paused nothing shall be changed
 * @param hibernate no node shall run
 * @param keepClaims volumes of members that left are kept
 * @param autoReplace members without their disk are replaced
 * @param replaceAfter how long a pod may be without a place before its volume is given up
 * @param progressDeadline how long a changed pod may take to be ready
 * @param storageBytes size of each volume
 */
public record Wanted(
        int replicas,
        boolean paused,
        boolean hibernate,
        boolean keepClaims,
        boolean autoReplace,
        Duration replaceAfter,
        Duration progressDeadline,
        long storageBytes) {}
