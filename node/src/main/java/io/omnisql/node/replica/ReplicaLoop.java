package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.SnapshotMark;
import io.omnisql.omnipaxos.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns {@link OmniPaxos} of one group. It takes letters from a bounded mailbox, lets the protocol step, and
 * hands its output to disk, peers and applier; it never waits for any of them.
 */
public final class ReplicaLoop implements ReplicaInbox, DurableLog.Listener, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReplicaLoop.class);
    private static final int LETTERS_PER_STEP = 1_024;

    private final Mailbox mailbox;
    private final FatalError fatalError;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private volatile @Nullable Running running;

    /** A loop that collects letters until {@link #start}. */
    public ReplicaLoop(int mailboxMax, FatalError fatalError) {
        this.mailbox = new Mailbox(mailboxMax);
        this.fatalError = fatalError;
    }

    /** What the loop drives and what it talks to. */
    public record Parts(
            OmniPaxos core,
            DurableLog log,
            PeerLinks links,
            Applier applier,
            ReplicaListener listener,
            SnapshotNeeds snapshots,
            Duration tick) {}

    /** Starts the thread. Once only. */
    public void start(Parts parts) {
        var handler = new OutputHandler(parts, blocking);
        var started = new Running(parts, handler);
        running = started;
        started.thread.start();
    }

    /** Takes a command up; false when too many requests wait already. The listener hears what becomes of it. */
    public boolean propose(long proposalId, Entry.Command command) {
        return mailbox.offer(new Letter.Propose(proposalId, command));
    }

    /** Takes a linearizable read up; false when too many requests wait already. The listener hears what becomes of it. */
    public boolean requestReadIndex(long readId) {
        return mailbox.offer(new Letter.ReadIndex(readId));
    }

    /** Asks this node to become the leader; false when too many requests wait already. */
    public boolean tryBecomeLeader() {
        return mailbox.offer(new Letter.Lead());
    }

    /**
     * Asks this node to hand the lead over, to the best follower when none is named; false when too many requests wait already. That it
     * happened is seen in the {@link #status} of either.
     */
    public boolean transferLeadership(@Nullable NodeId to) {
        return mailbox.offer(new Letter.HandOver(to));
    }

    /**
     * Asks for another configuration: see {@link OmniPaxos#reconfigure}. Whether it is in force, {@link #status} tells. Fails when too
     * many requests wait already.
     */
    public CompletableFuture<ProposeResult> reconfigure(long proposalId, Configuration next) {
        return answered(answer -> new Letter.Reconfigure(proposalId, next, answer));
    }

    /** From this node's next ballot on; false when too many requests wait already. */
    public boolean setPriority(int priority) {
        return mailbox.offer(new Letter.SetPriority(priority));
    }

    private <T> CompletableFuture<T> answered(Function<CompletableFuture<T>, Letter> question) {
        var answer = new CompletableFuture<T>();
        if (!mailbox.offer(question.apply(answer))) {
            answer.completeExceptionally(new IllegalStateException("Too many requests wait for the replica"));
        }
        return answer;
    }

    /**
     * What a state that covers {@code index} entries has to be kept with: see {@link OmniPaxos#mark}. Empty when an earlier configuration
     * was in force then. Fails when the core was not told so many entries yet, or too many requests wait already.
     */
    public CompletableFuture<Optional<SnapshotMark>> mark(long index) {
        return answered(answer -> new Letter.Mark(index, answer));
    }

    /** Gives up entries below {@code index}, as far as the core may; false when too many requests wait already. */
    public boolean trim(long index) {
        return mailbox.offer(new Letter.Trim(index));
    }

    @Override
    public void received(NodeId from, Message message) {
        mailbox.offer(new Letter.FromPeer(from, message));
    }

    @Override
    public void reconnected(NodeId peer) {
        mailbox.offer(new Letter.Reconnected(peer));
    }

    @Override
    public void durable(long token) {
        mailbox.durable(token);
    }

    @Override
    public void failed(IOException cause) {
        fatalError.stop("The log cannot be written: " + cause.getMessage(), cause);
    }

    /** The protocol's state after the last step; null before the start. */
    public @Nullable Status status() {
        Running started = running;
        return started == null ? null : started.status;
    }

    /** Whether the thread has run and ended, for whatever reason. */
    public boolean hasEnded() {
        Running started = running;
        return started != null && started.thread.getState() == Thread.State.TERMINATED;
    }

    /** How many letters a full mailbox has refused since the start. */
    public long refusedLetters() {
        return mailbox.refusedCount();
    }

    /** How many letters wait. */
    public int mailboxSize() {
        return mailbox.size();
    }

    @Override
    public void close() {
        Running started = running;
        if (started != null) {
            started.stopping = true;
            mailbox.wake();
            started.thread.interrupt();
        }
        blocking.shutdown();
    }

    private final class Running implements Runnable {
        private final Parts parts;
        private final OutputHandler handler;
        private final Thread thread =
                Thread.ofPlatform().name("replica").daemon().unstarted(this);
        private final List<Letter> batch = new ArrayList<>(LETTERS_PER_STEP);
        private final HeldProposals held = new HeldProposals();
        private volatile Status status;
        private volatile boolean stopping;
        private long tokenSeen;

        Running(Parts parts, OutputHandler handler) {
            this.parts = parts;
            this.handler = handler;
            this.status = parts.core.status();
        }

        @Override
        public void run() {
            mailbox.ownedByCurrentThread();
            try {
                long nextTick = System.nanoTime() + parts.tick.toNanos();
                while (!stopping) {
                    nextTick = step(nextTick);
                }
            } catch (Throwable broken) { // Invariants must stop the node, whatever they are thrown as.
                if (!stopping) {
                    fatalError.stop("The replica broke: " + broken, broken);
                }
            }
        }

        private long step(long nextTick) {
            batch.clear();
            mailbox.drainTo(batch, LETTERS_PER_STEP);
            long token = mailbox.durableToken();
            if (token != tokenSeen) {
                tokenSeen = token;
                handler.durable(token, parts.core);
            }
            long now = System.nanoTime();
            boolean isLogBusy = handler.isLogBusy();
            held.release(isLogBusy, now, this::open);
            for (Letter letter : batch) {
                if (!held.hold(letter, isLogBusy, now)) {
                    open(letter);
                }
            }
            long next = nextTick;
            if (now - nextTick >= 0) {
                parts.core.tick();
                // After a pause (a long collection, a stopped machine) missed ticks are not made up for: they would all
                // be
                // counted as silence of the peers.
                next = now + parts.tick.toNanos();
            }
            if (parts.core.hasOutput()) {
                handler.handle(parts.core.takeOutput());
                publish();
            } else if (batch.isEmpty()) {
                rest(next - System.nanoTime());
            }
            return next;
        }

        private void rest(long nanos) {
            if (handler.isLogBusy()) {
                long untilRelease = held.untilRelease(nanos, System.nanoTime());
                mailbox.await(Mailbox.Sleep.THROUGH_PROPOSALS, tokenSeen, untilRelease);
            } else {
                mailbox.await(Mailbox.Sleep.LIGHT, tokenSeen, nanos);
            }
        }

        private void open(Letter letter) {
            switch (letter) {
                case Letter.FromPeer(NodeId from, Message message) -> parts.core.receive(from, message);
                case Letter.Reconnected(NodeId peer) -> parts.core.reconnected(peer);
                case Letter.Propose(long proposalId, Entry.Command command) -> propose(proposalId, command);
                case Letter.ReadIndex(long readId) -> parts.core.requestReadIndex(readId);
                case Letter.Lead() -> parts.core.tryBecomeLeader();
                case Letter.HandOver(@Nullable NodeId to) -> parts.core.transferLeadership(to);
                case Letter.Reconfigure(long id, Configuration next, CompletableFuture<ProposeResult> answer) ->
                    answer.complete(parts.core.reconfigure(id, next));
                case Letter.SetPriority(int priority) -> parts.core.setPriority(priority);
                case Letter.Mark mark -> mark(mark);
                case Letter.Trim(long index) -> trim(index);
            }
        }

        private void propose(long proposalId, Entry.Command command) {
            ProposeResult result = parts.core.propose(proposalId, command);
            if (!(result instanceof ProposeResult.Accepted)) {
                parts.listener.notProposed(proposalId, result);
            }
        }

        private void mark(Letter.Mark letter) {
            try {
                letter.answer().complete(Optional.ofNullable(parts.core.mark(letter.index())));
            } catch (IllegalArgumentException tooEarly) {
                letter.answer().completeExceptionally(tooEarly);
            }
        }

        private void trim(long index) {
            long reached = parts.core.trim(index);
            LOG.debugf("The log is trimmed: compactedIndex=%d", reached);
        }

        private void publish() {
            Status before = status;
            Status after = parts.core.status();
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
                parts.listener.changed(after);
            }
        }
    }
}
