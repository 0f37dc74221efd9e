package io.omnisql.node.gateway;

import java.util.List;

/**
 * What a command gave when this node applied it.
 *
 * @param slot its place in the log
 * @param appliedIndex index from which on this node shows its effect; it may be a moment ahead
 * @param results one for each statement up to and with the first that failed; a failed command had no effect at all
 */
public record AppliedResult(long slot, long appliedIndex, List<StatementResult> results) {
    public AppliedResult {
        results = List.copyOf(results);
    }
}
