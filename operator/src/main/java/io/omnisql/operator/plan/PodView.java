package io.omnisql.operator.plan;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pod that was seen.
 *
 * @param uid its identity: a pod of the same name may be another one
 * @param revision of the template it was made from
 * @param placed a machine was found for it
 * @param since when it became ready, or ceased to be, or was made, or was told to go
 * @param answer what its node told; null when it did not answer
 */
public record PodView(
        int ordinal,
        String name,
        String uid,
        String revision,
        boolean ready,
        boolean terminating,
        boolean placed,
        Instant since,
        @Nullable MemberAnswer answer) {
    /** Whether the node answered and is in that state. */
    public boolean is(MemberAnswer.State state) {
        return answer != null && answer.state() == state;
    }
}
