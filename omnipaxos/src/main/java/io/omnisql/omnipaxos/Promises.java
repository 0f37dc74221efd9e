package io.omnisql.omnipaxos;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The tally of the prepare phase: who promised this round, and with which log. */
final class Promises {

    /** What a leader knows of a member. */
    enum State {
        NOT_PROMISED,
        /** It promised; in the accept phase its log is not yet equal to the leader's. */
        PROMISED,
        /** It was sent an AcceptSync and gets every entry since. */
        SYNCED,
        /** It promised a higher ballot: lost for the rest of this round, unless it asks again. */
        PROMISED_HIGHER
    }

    private final State[] states;
    private final Message.@Nullable Promise[] promises;
    private final boolean[] heard;
    private boolean needsLogs = true;

    Promises(int members) {
        states = new State[members];
        promises = new Message.Promise[members];
        heard = new boolean[members];
        Arrays.fill(states, State.NOT_PROMISED);
    }

    State of(int member) {
        return states[member];
    }

    boolean isSynced(int member) {
        return states[member] == State.SYNCED;
    }

    void promised(int member, Message.Promise promise) {
        states[member] = State.PROMISED;
        promises[member] = needsLogs ? promise : promise.withoutSync();
        heard[member] = true;
    }

    /** One of the logs that came with promises is adopted: none of them is looked at any more, and they may be large. */
    void forgetLogs() {
        needsLogs = false;
        for (int member = 0; member < promises.length; member++) {
            Message.Promise promise = promises[member];
            promises[member] = promise == null ? null : promise.withoutSync();
        }
    }

    /**
     * Whether a member has to be asked to promise (again): it never did, or the leader waits for its next promise and heard
     * none since the last call. The latter repairs what an old duplicate of a promise does to a member that is long beyond it.
     */
    boolean mustBeAsked(int member) {
        boolean isQuiet = states[member] == State.PROMISED && !heard[member];
        heard[member] = false;
        return isQuiet || states[member] == State.NOT_PROMISED;
    }

    void become(int member, State state) {
        states[member] = state;
    }

    int count() {
        int count = 0;
        for (State state : states) {
            count += state == State.PROMISED || state == State.SYNCED ? 1 : 0;
        }
        return count;
    }

    /** The promise with the best log, by accepted round and then length; of equals {@code own}, which needs no sync. */
    Message.Promise best(Message.Promise own) {
        Message.Promise best = own;
        for (int member = 0; member < states.length; member++) {
            Message.Promise promise = promises[member];
            if (states[member] == State.PROMISED && promise != null && isBetter(promise, best)) {
                best = promise;
            }
        }
        return best;
    }

    /** The highest decided index that a promise told. */
    long decidedIndexMax() {
        long highest = 0;
        for (int member = 0; member < states.length; member++) {
            Message.Promise promise = promises[member];
            if (states[member] == State.PROMISED && promise != null) {
                highest = Math.max(highest, promise.decidedIndex());
            }
        }
        return highest;
    }

    Message.Promise promiseOf(int member) {
        Message.Promise promise = promises[member];
        if (promise == null) {
            throw new InvariantViolation("member " + member + " has not promised");
        }
        return promise;
    }

    private static boolean isBetter(Message.Promise one, Message.Promise other) {
        int byRound = one.acceptedRound().compareTo(other.acceptedRound());
        return byRound > 0 || (byRound == 0 && one.acceptedIndex() > other.acceptedIndex());
    }
}
