package io.omnisql.operator.plan;

import io.omnisql.operator.api.ForceNewCluster;
import io.omnisql.operator.api.RecoveryStatus;
import org.jspecify.annotations.Nullable;

/**
 * The order to give a lost quorum up, and what became of it.
 *
 * @param order as the spec has it now
 * @param record what the status remembers of this or an earlier one
 */
public record Recovery(
        @Nullable ForceNewCluster order, @Nullable RecoveryStatus record) {
    /** Nobody ever gave one. */
    public static final Recovery NONE = new Recovery(null, null);

    boolean isFormer(ClaimView claim) {
        return record != null && record.formerVolumes().contains(claim.uid());
    }
}
