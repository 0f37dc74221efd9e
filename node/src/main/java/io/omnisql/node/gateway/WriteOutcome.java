package io.omnisql.node.gateway;

/** What a client is told of its write: always the truth. */
public sealed interface WriteOutcome {
    /** Decided and applied at this node; a failed statement inside is a result, too. */
    record Applied(AppliedResult result) implements WriteOutcome {}

    /** It had no effect and never will: trying again is safe. */
    record NotDone(SqlError error) implements WriteOutcome {}

    /** It may have an effect, now or later. SQLSTATE 40003. */
    record Unknown(SqlError error) implements WriteOutcome {}
}
