package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets the protocol step, one turn at a time. Whoever brings a letter takes the turn itself if nobody has it, and else leaves the letter
 * to the one who does: on the way of a write no thread waits until another one is awake. An event loop does so when it has handled all
 * that it had read. The thread {@code replica} takes the turn when time has passed, and takes over from callers that have stepped often
 * enough or would have to wait for the disk.
 */
final class Turns implements Runnable {
    private static final Logger LOG = Logger.getLogger(Turns.class);
    private static final int LETTERS_PER_STEP = 1_024;
    private static final int STEPS_PER_CALLER = 8;
    private static final Duration NAPS = Duration.ofMillis(20);
    private static final Duration LAST_TURN_MAX = Duration.ofSeconds(5);

    private final ReplicaLoop.Parts parts;
    private final Mailbox mailbox;
    private final FatalError fatalError;
    private final Thread thread = Thread.ofPlatform().name("replica").daemon().unstarted(this);
    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean stopping;
    private volatile boolean isLogBusy;
    private volatile long tokenSeen;
    private volatile Status status;
    private volatile long sleepsUntilNanos = System.nanoTime();
    private volatile long lastHurriedNanos = System.nanoTime();

    // Only in a turn.
    private final Company company;
    private final OutputHandler handler;
    private final List<Letter> batch = new ArrayList<>(LETTERS_PER_STEP);
    private final HeldProposals held = new HeldProposals();
    private long nextTickNanos;

    Turns(ReplicaLoop.Parts parts, Mailbox mailbox, FatalError fatalError, ExecutorService blocking) {
        this.parts = parts;
        this.mailbox = mailbox;
        this.fatalError = fatalError;
        this.company = new Company(parts.links());
        this.handler = new OutputHandler(parts, company, blocking);
        this.status = parts.core().status();
        this.nextTickNanos = System.nanoTime() + parts.tick().toNanos();
    }

    void start() {
        thread.start();
    }

    Status status() {
        return status;
    }

    boolean hasToldOfSnapshot(Duration within) {
        return handler.hasToldOfSnapshot(within);
    }

    boolean hasEnded() {
        return thread.getState() == Thread.State.TERMINATED;
    }

    /** A letter was put into the mailbox. */
    void letterCame(boolean isProposal) {
        if (isProposal && isLogBusy) {
            wakeInTime(); // It would only be held: the durable batch, or that thread, takes it along.
        } else {
            parts.soon().execute(this::takeTurns);
        }
    }

    /** News about durability was put into the mailbox. */
    void batchIsDurable() {
        if (parts.log().hasWork()) {
            LockSupport.unpark(thread); // The log's own thread has something better to do.
        } else {
            takeTurns();
        }
    }

    /** No turn begins any more, and the last one is over; not to be called in a turn. */
    void stop() {
        stopping = true;
        thread.interrupt();
        try {
            if (turn.tryLock(LAST_TURN_MAX.toSeconds(), TimeUnit.SECONDS)) {
                turn.unlock();
            } else {
                LOG.warn("The last step of the protocol is not over yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until nobody has left anything; who holds the turn looks again after it, so nothing stays behind. */
    private void takeTurns() {
        boolean hasMore = false;
        for (int steps = 0; hasMore || mailbox.hasMore(tokenSeen); steps++) {
            if (turn.isHeldByCurrentThread() || stopping || !turn.tryLock()) {
                return;
            }
            try {
                if (steps == STEPS_PER_CALLER || parts.log().wouldWait()) {
                    LockSupport.unpark(thread);
                    return;
                }
                hasMore = step();
            } finally {
                turn.unlock();
            }
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            long restNanos = 0;
            long hurried;
            turn.lock();
            try {
                boolean hasMore = step();
                hurried = lastHurriedNanos;
                if (!hasMore && !mailbox.hasMore(tokenSeen)) {
                    restNanos = untilNext(System.nanoTime());
                }
            } finally {
                turn.unlock();
            }
            rest(restNanos, hurried);
        }
    }

    /** In a turn. As long as things keep waiting for a moment it naps, for to wake it costs its waker more than a nap's end does. */
    private long untilNext(long now) {
        long untilTick = nextTickNanos - now;
        boolean naps = now - lastHurriedNanos < NAPS.toNanos();
        long most = naps ? Math.min(untilTick, HeldProposals.HOLD_MAX.toNanos()) : untilTick;
        return company.untilRelease(held.untilRelease(most, now), now);
    }

    /**
     * What was put down before this thread was known to sleep has woken nobody.
     *
     * @param hurriedSeen when something began to wait for a moment, as far as the length of the rest knows
     */
    private void rest(long nanos, long hurriedSeen) {
        if (nanos <= 0 || stopping) {
            return;
        }
        sleepsUntilNanos = System.nanoTime() + nanos;
        boolean isLong = nanos > HeldProposals.HOLD_MAX.toNanos();
        if (!mailbox.hasMore(tokenSeen) && !(isLong && lastHurriedNanos != hurriedSeen)) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    /** Proposals or messages wait, a millisecond at most. */
    private void wakeInTime() {
        long now = System.nanoTime();
        lastHurriedNanos = now;
        if (sleepsUntilNanos - now > HeldProposals.HOLD_MAX.toNanos()) {
            sleepsUntilNanos = now;
            LockSupport.unpark(thread);
        }
    }

    /** In a turn. Invariants must stop the node, whatever they are thrown as. */
    private boolean step() {
        try {
            return !stopping && stepNow();
        } catch (Throwable broken) {
            if (!stopping) {
                stopping = true;
                LockSupport.unpark(thread); // It ends, by which others see that nothing goes on here.
                fatalError.stop("The replica broke: " + broken, broken);
            }
            return false;
        }
    }

    /** Tells whether the protocol has still something to say. */
    private boolean stepNow() {
        batch.clear();
        mailbox.drainTo(batch, LETTERS_PER_STEP);
        long token = mailbox.durableToken();
        if (token != tokenSeen) {
            tokenSeen = token;
            handler.durable(token, parts.core());
        }
        long now = System.nanoTime();
        boolean busy = handler.isLogBusy();
        held.release(busy, now, this::open);
        company.release(now);
        for (Letter letter : batch) {
            if (!held.hold(letter, busy, now)) {
                open(letter);
            }
        }
        if (now - nextTickNanos >= 0) {
            parts.core().tick();
            // After a pause (a long collection, a stopped machine) missed ticks are not made up for: all of them would
            // count as silence of the peers.
            nextTickNanos = now + parts.tick().toNanos();
        }
        if (parts.core().hasOutput()) {
            handler.handle(parts.core().takeOutput());
            publish();
        }
        isLogBusy = handler.isLogBusy();
        if (!held.isEmpty() || company.isAwaited()) {
            wakeInTime();
        }
        return parts.core().hasOutput();
    }

    private void open(Letter letter) {
        OmniPaxos core = parts.core();
        switch (letter) {
            case Letter.FromPeer(NodeId from, Message message) -> receive(from, message);
            case Letter.Reconnected(NodeId peer) -> core.reconnected(peer);
            case Letter.Propose(long proposalId, Entry.Command command) -> propose(proposalId, command);
            case Letter.ReadIndex(long readId) -> core.requestReadIndex(readId);
            case Letter.Lead() -> core.tryBecomeLeader();
            case Letter.HandOver(@Nullable NodeId to) -> core.transferLeadership(to);
            case Letter.Reconfigure(long id, Configuration next, CompletableFuture<ProposeResult> answer) ->
                answer.complete(core.reconfigure(id, next));
            case Letter.SetPriority(int priority) -> core.setPriority(priority);
            case Letter.Mark mark -> mark(mark);
            case Letter.Trim(long index) -> trim(index);
        }
    }

    private void receive(NodeId from, Message message) {
        if (message instanceof Message.ForwardedProposal || message instanceof Message.ReadIndexRequest) {
            company.asks(from, System.nanoTime());
        }
        parts.core().receive(from, message);
    }

    private void propose(long proposalId, Entry.Command command) {
        ProposeResult result = parts.core().propose(proposalId, command);
        if (!(result instanceof ProposeResult.Accepted)) {
            parts.listener().notProposed(proposalId, result);
        }
    }

    private void mark(Letter.Mark letter) {
        try {
            letter.answer().complete(Optional.ofNullable(parts.core().mark(letter.index())));
        } catch (IllegalArgumentException tooEarly) {
            letter.answer().completeExceptionally(tooEarly);
        }
    }

    private void trim(long index) {
        long reached = parts.core().trim(index);
        LOG.debugf("The log is trimmed: compactedIndex=%d", reached);
    }

    private void publish() {
        Status before = status;
        Status after = parts.core().status();
        status = after;
        boolean roleChanged = before.role() != after.role() || before.phase() != after.phase();
        boolean isReconfigured =
                before.configuration().id() != after.configuration().id();
        if (roleChanged || isReconfigured || !before.promise().equals(after.promise())) {
            LOG.infof(
                    "Role changed: node=%s role=%s phase=%s ballot=%s leader=%s decidedIndex=%d acceptedIndex=%d",
                    after.node(),
                    after.role(),
                    after.phase(),
                    after.promise(),
                    after.leader(),
                    after.decidedIndex(),
                    after.acceptedIndex());
            parts.listener().changed(after);
        }
    }
}
