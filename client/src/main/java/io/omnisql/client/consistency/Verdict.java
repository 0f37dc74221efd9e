package io.omnisql.client.consistency;

import java.util.List;

/**
 * How a consistency run ended.
 *
 * @param ok operations that were done, then those without effect, then those of unknown effect
 * @param violations what contradicts the promise, one explanation each
 */
public record Verdict(WorkloadKind workload, long ok, long failed, long unknown, List<String> violations) {
    public Verdict {
        violations = List.copyOf(violations);
    }

    /** Whether the history is what was promised. */
    public boolean isValid() {
        return violations.isEmpty();
    }
}
