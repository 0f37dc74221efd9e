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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Drives {@link OmniPaxos} of one group: letters in a bounded mailbox, one step of the protocol at a time, its output handed to disk,
 * peers and applier. No call waits for any of them, nor for a step: it may take one itself (see {@link Turns}), so whoever listens here
 * must only hand over.
 */
public final class ReplicaLoop implements ReplicaInbox, DurableLog.Listener, AutoCloseable {
    private final Mailbox mailbox;
    private final FatalError fatalError;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private volatile @Nullable Turns turns;

    /** A loop that collects so many letters, of so many bytes altogether, until {@link #start}. */
    public ReplicaLoop(int mailboxMax, long mailboxBytesMax, FatalError fatalError) {
        this.mailbox = new Mailbox(mailboxMax, mailboxBytesMax);
        this.fatalError = fatalError;
    }

    /**
     * What the loop drives and what it talks to.
     *
     * @param soon runs a task on the calling thread, as soon as that is through with what it has at hand: letters that come together
     *     share a step. Who has no queue of tasks runs it at once
     */
    public record Parts(
            OmniPaxos core,
            DurableLog log,
            PeerLinks links,
            Applier applier,
            ReplicaListener listener,
            SnapshotNeeds snapshots,
            Executor soon,
            Duration tick) {}

    /** Starts to take turns. Once only. */
    public void start(Parts parts) {
        var started = new Turns(parts, mailbox, fatalError, blocking);
        turns = started;
        started.start();
    }

    /** Takes a command up; false when too many requests wait already. The listener hears what becomes of it. */
    public boolean propose(long proposalId, Entry.Command command) {
        return bring(new Letter.Propose(proposalId, command));
    }

    /** Takes a linearizable read up; false when too many requests wait already. The listener hears what becomes of it. */
    public boolean requestReadIndex(long readId) {
        return bring(new Letter.ReadIndex(readId));
    }

    /** Asks this node to become the leader; false when too many requests wait already. */
    public boolean tryBecomeLeader() {
        return bring(new Letter.Lead());
    }

    /**
     * Asks this node to hand the lead over, to the best follower when none is named; false when too many requests wait already. That it
     * happened is seen in the {@link #status} of either.
     */
    public boolean transferLeadership(@Nullable NodeId to) {
        return bring(new Letter.HandOver(to));
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
        return bring(new Letter.SetPriority(priority));
    }

    private boolean bring(Letter letter) {
        boolean isTaken = mailbox.offer(letter);
        Turns started = turns;
        if (isTaken && started != null) {
            started.letterCame(letter.isProposal());
        }
        return isTaken;
    }

    private <T> CompletableFuture<T> answered(Function<CompletableFuture<T>, Letter> question) {
        var answer = new CompletableFuture<T>();
        if (!bring(question.apply(answer))) {
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
        return bring(new Letter.Trim(index));
    }

    @Override
    public void received(NodeId from, Message message) {
        boolean _ = bring(new Letter.FromPeer(from, message));
    }

    @Override
    public void reconnected(NodeId peer) {
        boolean _ = bring(new Letter.Reconnected(peer));
    }

    @Override
    public void durable(long token) {
        mailbox.durable(token);
        Turns started = turns;
        if (started != null) {
            started.batchIsDurable();
        }
    }

    @Override
    public void failed(IOException cause) {
        fatalError.stop("The log cannot be written or read: " + cause.getMessage(), cause);
    }

    /** The protocol's state after the last step; null before the start. */
    public @Nullable Status status() {
        Turns started = turns;
        return started == null ? null : started.status();
    }

    /** Whether this node has told a peer within this time that only a snapshot helps it. */
    boolean hasToldOfSnapshot(Duration within) {
        Turns started = turns;
        return started != null && started.hasToldOfSnapshot(within);
    }

    /** Whether the thread has run and ended, for whatever reason. */
    public boolean hasEnded() {
        Turns started = turns;
        return started != null && started.hasEnded();
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
        Turns started = turns;
        if (started != null) {
            started.stop();
        }
        blocking.shutdown();
    }
}
