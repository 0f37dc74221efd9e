package io.omnisql.omnipaxos;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node has promised, accepted and decided. It lives in memory and runs ahead of the disk: {@link #takeWrites} hands
 * out the difference as one atomic batch, and {@link #persisted} tells when a batch has arrived there.
 */
final class Acceptor {
    private final ReplicatedLog log;
    private final Durability durability;
    private Standing standing;
    private Ballot promise;
    private Ballot acceptedRound;
    private @Nullable Standing writtenStanding;
    private Ballot writtenPromise;
    private Ballot writtenRound;
    private long writtenDecidedIndex;
    private long writtenCompactedIndex;
    private boolean decidedDue;

    Acceptor(Standing first, DurableState recovered) {
        Invariants.check(
                recovered.acceptedRound().compareTo(recovered.promise()) <= 0,
                "recovered accepted round %s above promise %s",
                recovered.acceptedRound(),
                recovered.promise());
        Standing before = recovered.standing();
        standing = before == null ? first : before;
        log = new ReplicatedLog(configuration().id(), recovered);
        durability = new Durability(log.acceptedIndex(), recovered.acceptedRound());
        promise = before == null ? Ballot.none(configuration().id()) : recovered.promise();
        acceptedRound = before == null ? promise : recovered.acceptedRound();
        Invariants.check(
                promise.configurationId() == configuration().id()
                        && acceptedRound.configurationId() == configuration().id(),
                "recovered promise %s and round %s in configuration %d",
                promise,
                acceptedRound,
                configuration().id());
        writtenStanding = before;
        // As it is on the disk, which names the group's first configuration while it is empty: whoever joins a
        // later one must find that one's ballots beside its standing.
        writtenPromise = recovered.promise();
        writtenRound = recovered.acceptedRound();
        writtenDecidedIndex = log.decidedIndex();
        writtenCompactedIndex = log.compactedIndex();
    }

    ReplicatedLog log() {
        return log;
    }

    Standing standing() {
        return standing;
    }

    Configuration configuration() {
        return standing.configuration();
    }

    Ballot promise() {
        return promise;
    }

    /**
     * A ballot of that configuration, the one in force or an earlier one: no later one had a part in deciding its entries, as far as
     * they are known here.
     */
    Ballot decidedUnder(long configurationId) {
        if (configurationId == configuration().id()) {
            return promise;
        }
        return standing.sealed().configurationId() == configurationId
                ? standing.sealed()
                : Ballot.ofNobody(configurationId);
    }

    /** The decided log ends with a stop sign: the configuration that it names is in force, and nothing is promised in it yet. */
    void enterNext(Configuration next) {
        enter(standing.next(next, log.acceptedIndex(), promise), Ballot.none(next.id()));
    }

    /** A state of a later configuration was installed. What the log held beyond was of an earlier one: it was never decided. */
    void enterBySnapshot(SnapshotMark mark) {
        log.beginAt(mark.index());
        replaceFrom(mark.index(), List.of());
        Ballot none = Ballot.none(mark.configuration().id());
        enter(standing.next(mark.configuration(), mark.index(), none), mark.ballot());
    }

    private void enter(Standing next, Ballot promised) {
        Invariants.check(
                next.configuration().id() > configuration().id(),
                "configuration %d after %d",
                next.configuration().id(),
                configuration().id());
        standing = next;
        promise = promised;
        acceptedRound = Ballot.none(next.configuration().id());
        log.enter(next.configuration().id());
    }

    /** For whoever has no part in any round, and only notes under which ballots the log was decided. */
    void promiseAtLeast(Ballot ballot) {
        if (ballot.compareTo(promise) > 0) {
            promise(ballot);
        }
    }

    Ballot acceptedRound() {
        return acceptedRound;
    }

    /** How much of the decided log the host can read from its disk. */
    long readableIndex() {
        return Math.min(log.decidedIndex(), durability.durableIndex());
    }

    /** How much of the log of {@code round} is on disk: what this node's own vote is worth. */
    long durableIndexIn(Ballot round) {
        return durability.durableRound().equals(round) ? durability.durableIndex() : 0;
    }

    void promise(Ballot ballot) {
        Invariants.check(ballot.compareTo(promise) > 0, "promise %s after %s", ballot, promise);
        promise = ballot;
    }

    void append(Entry entry) {
        log.append(entry);
    }

    /** Makes the round that is promised the accepted one, with the log as it is. */
    void enterRound() {
        Invariants.check(acceptedRound.compareTo(promise) <= 0, "accepted %s above %s", acceptedRound, promise);
        acceptedRound = promise;
    }

    /** Makes the log equal to the one that {@code sync} was built from. */
    void install(Message.LogSync sync) {
        // What is decided here is decided there: equal, and perhaps no longer in memory. So is all that was
        // accepted in this very round, and it need not be written again.
        long equalIndex = acceptedRound.equals(promise) ? log.acceptedIndex() : log.decidedIndex();
        Invariants.check(
                sync.syncIndex() <= log.acceptedIndex() && sync.end() >= equalIndex,
                "sync from %d to %d on a log of %d entries, %d surely equal",
                sync.syncIndex(),
                sync.end(),
                log.acceptedIndex(),
                equalIndex);
        long from = Math.max(sync.syncIndex(), equalIndex);
        int known = (int) (from - sync.syncIndex());
        replaceFrom(from, sync.suffix().subList(known, sync.suffix().size()));
    }

    /**
     * Takes decided entries into a log of an older round, without accepting anything in the round of their sender.
     *
     * <p>Why this is safe. All slots below {@code from} are decided here, and so are those of {@code entries}, hence all below
     * their end are decided afterwards. Let m be the accepted round, which is kept, and call log of m what the leader of m had.
     *
     * <p>No conflict: nothing is removed, and all that is added is decided. When a later leader finds this log to be the best
     * of a prepare quorum, by (accepted round, length), nothing was chosen above m: one of those who accepted it would be in
     * that quorum with a higher round. So the added entries were chosen in m or below, this log is a prefix of the log of m as
     * before, and it holds all that was chosen: what was chosen below m was in the log of m from its start, and what was chosen
     * in m is no longer than the best.
     *
     * <p>Conflict at slot i: another entry than the one here is decided, so this one was not chosen in m or below and never
     * will be. Quorums accept prefixes: then nothing from i on in the log of m ever is, and the tail is needed by nobody. The
     * decided entry was chosen above m, hence every prepare quorum to come knows a higher accepted round, and how short this
     * log has become is of no consequence. In one and the same round two logs never conflict, hence the check.
     *
     * <p>Entries that merely lie beyond the received range stay: they may be part of a quorum.
     *
     * @return whether they told something new; a repetition, or one beyond a hole, leads nowhere
     */
    boolean installDecided(long from, List<Entry> entries, Ballot decidedUnder) {
        long decidedIndex = log.decidedIndex();
        long end = from + entries.size();
        if (from > decidedIndex || end <= decidedIndex) {
            return false;
        }
        long slot = decidedIndex;
        long common = Math.min(end, log.acceptedIndex());
        while (slot < common && log.entry(slot).equals(entries.get((int) (slot - from)))) {
            slot++;
        }
        if (slot < end) {
            Invariants.check(
                    slot == log.acceptedIndex() || acceptedRound.compareTo(decidedUnder) < 0,
                    "slot %d of round %s differs from what that round decided",
                    slot,
                    acceptedRound);
            replaceFrom(slot, entries.subList((int) (slot - from), entries.size()));
            noteWhereItBegan(slot, end);
        }
        log.raiseDecided(end);
        return true;
    }

    /** Someone who joined knows the configuration before its beginning. */
    private void noteWhereItBegan(long from, long until) {
        for (long slot = from; standing.since() == Standing.UNKNOWN && slot < until; slot++) {
            boolean isItsStopSign = log.entry(slot) instanceof Entry.StopSign sign
                    && sign.next().id() == configuration().id();
            standing = isItsStopSign ? standing.knownSince(slot + 1) : standing;
        }
    }

    /**
     * A state that the host installed covers more than is decided here. The accepted round is kept, and
     * so are entries beyond. Why this is safe: the argument of {@link #installDecided}, for the entries below are decided ones;
     * whether they conflict with what was here nobody can tell any more; a ballot that had a part in it is promised. If they do, the entries that stay belong to a log that
     * a higher round has overruled and are of no consequence; if not, they may count.
     */
    void installSnapshot(SnapshotMark mark) {
        log.beginAt(mark.index());
        if (mark.configuration().id() == configuration().id()) {
            promiseAtLeast(mark.ballot());
            standing = standing.knownSince(mark.index());
        }
    }

    /** The decided index may be written lazily; this asks for it with the next output. */
    void writeDecidedIndex() {
        decidedDue = log.decidedIndex() > writtenDecidedIndex;
    }

    /** Whether there is something that must go to disk now. */
    boolean hasWrites() {
        return decidedDue
                || log.isChanged()
                || log.compactedIndex() > writtenCompactedIndex
                || !standing.equals(writtenStanding)
                || !promise.equals(writtenPromise)
                || !acceptedRound.equals(writtenRound);
    }

    /** The batch that makes the disk equal to memory. */
    List<LogWrite> takeWrites() {
        List<LogWrite> writes = new ArrayList<>(4);
        if (!standing.equals(writtenStanding)) {
            writes.add(new LogWrite.SetStanding(standing));
        }
        if (!promise.equals(writtenPromise)) {
            writes.add(new LogWrite.SetPromise(promise));
        }
        if (!acceptedRound.equals(writtenRound)) {
            writes.add(new LogWrite.SetAcceptedRound(acceptedRound));
        }
        if (log.compactedIndex() > writtenCompactedIndex) {
            writes.add(new LogWrite.SetCompactedIndex(log.compactedIndex()));
        }
        if (log.isChanged()) {
            writes.add(log.takeChange());
        }
        if (log.decidedIndex() > writtenDecidedIndex) {
            writes.add(new LogWrite.SetDecidedIndex(log.decidedIndex()));
        }
        writtenStanding = standing;
        writtenPromise = promise;
        writtenRound = acceptedRound;
        writtenDecidedIndex = log.decidedIndex();
        writtenCompactedIndex = log.compactedIndex();
        decidedDue = false;
        return writes;
    }

    /** Names the batch that was taken. */
    long nextToken() {
        return durability.nextBatch(log.acceptedIndex(), acceptedRound);
    }

    void persisted(long token) {
        durability.persisted(token);
    }

    private void replaceFrom(long from, List<Entry> entries) {
        if (from == log.acceptedIndex() && entries.isEmpty()) {
            return; // Nothing to write.
        }
        log.replaceFrom(from, entries);
        durability.cutAt(from);
    }
}
