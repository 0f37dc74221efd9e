package io.omnisql.omnipaxos;

/** What a proposal met at this node. Every accepted one ends in a {@link Output.ProposalOutcome}. */
public sealed interface ProposeResult {
    /** Taken up: an outcome follows. */
    record Accepted() implements ProposeResult {}

    /** No leader is known: try again after the next election. */
    record NoLeader() implements ProposeResult {}

    /** A change of the configuration that does not follow on the one in force, or while another one is under way. */
    record Outdated() implements ProposeResult {}

    /** Too many proposals of this node are in flight, or too much is undecided: wait for outcomes. */
    record Overloaded() implements ProposeResult {}
}
