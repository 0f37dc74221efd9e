package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One log per round: all logs that were ever accepted in a round are prefixes of its leader's (A11), and none shrinks within the
 * round (A5).
 *
 * <p>One exception: a node that promised a later round may have been caught up with decided entries or a state. They may lie beyond
 * its last round's log, or replace undecided entries there: the round is overruled, and what the log holds beyond is of no
 * consequence.
 */
final class RoundLogs {
    private final List<Entry> decidedLog;
    private final Map<Ballot, List<Entry>> logs = new TreeMap<>(ConfigurationChain.BALLOTS);

    /** What a disk held before a batch. */
    record Shape(Ballot promise, Ballot acceptedRound, long decidedIndex, int length) {
        static Shape of(SimulatedDisk.Image image) {
            return new Shape(
                    image.promise(),
                    image.acceptedRound(),
                    image.decidedIndex(),
                    image.log().size());
        }
    }

    RoundLogs(List<Entry> decidedLog) {
        this.decidedLog = decidedLog;
    }

    void forget(Ballot round) {
        logs.remove(round);
    }

    void onWritten(NodeId node, Shape before, SimulatedDisk.Image image) {
        List<Entry> log = image.log();
        checkDecidedKept(node, before.decidedIndex(), log);
        Ballot round = image.acceptedRound();
        if (round.isNone()) {
            boolean isDecided = image.decidedIndex() == log.size();
            SafetyChecker.check(isDecided, "A5 node %s holds entries of no round", node);
            return;
        }
        List<Entry> ofRound = logs.computeIfAbsent(round, _ -> new ArrayList<>());
        boolean isLeader = round.node() == node.value();
        int common = firstDifference(log, ofRound);
        boolean mayHaveCaughtUp =
                image.promise().compareTo(round) > 0 && (endsDecided(log) || isDecidedAt(log, common));
        boolean isAdopting = !round.equals(before.acceptedRound());
        boolean isExtension = isLeader && (isAdopting || !mayHaveCaughtUp) && common == ofRound.size();
        boolean isPrefix = common == log.size();
        boolean isKept = isAdopting || log.size() >= before.length();
        SafetyChecker.check(
                ((isPrefix || isExtension) && isKept) || mayHaveCaughtUp,
                "A5/A11 node %s in %s: its log of %d entries (before: %d) differs from the round's at slot %d",
                node,
                round,
                log.size(),
                before.length(),
                common);
        if (isExtension) {
            ofRound.addAll(log.subList(common, log.size()));
        }
    }

    private void checkDecidedKept(NodeId node, long decidedIndex, List<Entry> log) {
        int decided = (int) Math.min(decidedIndex, decidedLog.size());
        SafetyChecker.check(
                log.size() >= decided && log.subList(0, decided).equals(decidedLog.subList(0, decided)),
                "A4 node %s changed an entry below its decided index %d",
                node,
                decidedIndex);
    }

    /** A11: what a follower acknowledges is what the leader of the round has. */
    void checkEqual(NodeId node, Message.Accepted accepted, List<Entry> log) {
        List<Entry> ofRound = logs.getOrDefault(accepted.ballot(), List.of());
        SafetyChecker.check(
                ofRound.size() >= accepted.acceptedIndex() && firstDifference(log, ofRound) >= accepted.acceptedIndex(),
                "A11 node %s acknowledges %s, but its log differs from the round's at slot %d",
                node,
                accepted,
                firstDifference(log, ofRound));
    }

    /** Whether decided entries have replaced some that were accepted in the round, and with them the rest, which never counted. */
    boolean isOverruled(SimulatedDisk.Image image) {
        List<Entry> ofRound = logs.getOrDefault(image.acceptedRound(), List.of());
        int common = Math.min(image.log().size(), ofRound.size());
        int difference = firstDifference(image.log(), ofRound);
        return difference < common && isDecidedAt(image.log(), difference);
    }

    private boolean isDecidedAt(List<Entry> log, int slot) {
        return slot < log.size() && slot < decidedLog.size() && log.get(slot).equals(decidedLog.get(slot));
    }

    private boolean endsDecided(List<Entry> log) {
        return log.size() <= decidedLog.size() && firstDifference(log, decidedLog) == log.size();
    }

    private static int firstDifference(List<Entry> one, List<Entry> other) {
        int end = Math.min(one.size(), other.size());
        for (int i = 0; i < end; i++) {
            if (!one.get(i).equals(other.get(i))) {
                return i;
            }
        }
        return end;
    }
}
