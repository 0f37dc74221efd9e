package io.omnisql.node.apply;

/**
 * How the applier is doing.
 *
 * @param appliedIndex entries whose effect this node shows
 * @param durableAppliedIndex entries whose effect survives power loss: below it the log may be trimmed
 * @param decidedIndex entries known as decided
 * @param queueBytes what waits in memory
 * @param groups transactions since the start
 * @param entries entries since the start
 * @param retries how often PostgreSQL was in trouble since the start
 */
public record ApplyStatus(
        long appliedIndex,
        long durableAppliedIndex,
        long decidedIndex,
        State state,
        long queueBytes,
        long groups,
        long entries,
        long retries) {

    /** What it is at. */
    public sealed interface State {
        /** It waits for PostgreSQL or reads the ledger. */
        record Starting() implements State {}

        /** It applies, or has nothing to apply. */
        record Running() implements State {}

        /** PostgreSQL of this node is in trouble; it is tried again for ever. */
        record Retrying(String reason) implements State {}

        /** It was closed. */
        record Stopped() implements State {}
    }
}
