package io.omnisql.operator.plan;

import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.OmniSqlClusterStatus.Connection;
import java.time.Instant;

/**
 * What a status is written about.
 *
 * @param generation of the spec that was looked at
 * @param selector of the pods
 * @param previous the status before
 */
public record Occasion(
        long generation, String selector, Connection connection, OmniSqlClusterStatus previous, Instant now) {}
