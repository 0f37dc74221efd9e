package io.omnisql.omnipaxos;

/** What the two halves of {@link SequencePaxos} have in common. */
record Shared(
        Members members, Quorum quorum, Settings settings, Acceptor acceptor, Outbox outbox, Proposals proposals) {

    ReplicatedLog log() {
        return acceptor.log();
    }

    /** Raises the decided index and settles the proposals that it covers. */
    void decide(long decidedIndex) {
        if (decidedIndex > log().decidedIndex()) {
            log().raiseDecided(decidedIndex);
            proposals.settle(decidedIndex);
        }
    }

    /** Asks the host for decided entries that are no longer in memory. */
    void catchUp(int member, Ballot ballot, long from) {
        long until = Math.min(acceptor.readableIndex(), from + settings.catchUpEntriesMax());
        outbox.catchUp(member, ballot, from, until);
    }
}
