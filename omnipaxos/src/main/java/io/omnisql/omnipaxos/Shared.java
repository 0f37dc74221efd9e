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

    /**
     * Brings a member near that lacks decided entries which are no longer in memory: the host reads them or, when they are gone
     * from the disk too, the member is told that it needs a state.
     */
    void catchUp(int member, Ballot ballot, long from) {
        if (from < log().compactedIndex()) {
            outbox.send(member, new Message.SnapshotRequired(ballot.configurationId(), log().compactedIndex()));
            return;
        }
        long until = Math.min(acceptor.readableIndex(), from + settings.catchUpEntriesMax());
        outbox.catchUp(member, ballot, from, until);
    }
}
