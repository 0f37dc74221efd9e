package io.omnisql.node.apply;

import io.omnisql.node.apply.Gate.Answer;
import io.omnisql.node.apply.Ruling.Sentence;
import io.omnisql.node.gateway.AppliedResults;
import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.sql.RequestId;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of commands that take long. Brings about that a command which does not end is given up by all nodes alike: asks every member to wait at its slot, and when all do,
 * proposes the ruling that cancels it. A command that this node has executed while others may be asked is let through by the opposite
 * ruling. Tries again as long as the applier stands there. The watch's thread, except where said.
 */
final class SlowCommands {
    private static final Logger LOG = Logger.getLogger(SlowCommands.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How long a command is tried that PostgreSQL complains about. */
    private static final Duration FAILING_MAX = Duration.ofSeconds(3);

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final Consent consent;
    private final Gate gate;
    private final Rulings rulings;
    private final AppliedResults results;
    private volatile @Nullable Ruling wanted;
    private long triedNanos = System.nanoTime() - PAUSE.toNanos();
    private @Nullable Long told;

    SlowCommands(Consent consent, Gate gate, Rulings rulings, AppliedResults results) {
        this.results = results;
        this.consent = consent;
        this.gate = gate;
        this.rulings = rulings;
    }

    /** Somebody wants the command at a slot to be given up. Any thread. */
    void want(Ruling ruling) {
        wanted = ruling;
    }

    /** What this node says when a peer asks. Blocks on the disk; any thread. */
    byte[] answer(byte[] question) throws IOException {
        return gate.hold(ByteBuffer.wrap(question).getLong()).encode();
    }

    /** Whether what the applier's session executes now shall not go on. */
    boolean mustStop() {
        Long slot = gate.standsFor(Duration.ZERO);
        return slot != null && (gate.isTooLongTogether() || gate.isCancelled(slot));
    }

    /** Does what is due. */
    void look() {
        try {
            act();
        } catch (IOException e) {
            LOG.warnf("What this node promises cannot be written down: %s", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Slow commands cannot be looked after now", e); // The thread has other duties, and looks again.
        }
    }

    private void act() throws IOException {
        gate.mark();
        gate.look();
        long now = System.nanoTime();
        if (now - triedNanos < PAUSE.toNanos()) {
            return;
        }
        Long executed = gate.waitsAt();
        Ruling next = due();
        if (executed != null) {
            triedNanos = now;
            propose(new Ruling(executed, Sentence.GO_ON));
        } else if (next != null && rulings.cancels(next.slot()) == null) {
            triedNanos = now;
            ask(next);
        }
    }

    /** The ruling that this node would have. */
    private @Nullable Ruling due() {
        Long slot = gate.standsFor(Gate.LONG);
        Ruling order = wanted;
        if (slot != null && order != null && order.slot() == slot) {
            return order;
        }
        RequestId request = gate.request();
        if (slot != null && request != null && results.isGivenUp(request)) {
            return new Ruling(slot, Sentence.CANCEL);
        }
        Failure failure = gate.failure();
        boolean mayFailEverywhere = failure != null && ApplyError.maySpeakOfTheCommand(failure.sqlState());
        Long tooLong = gate.standsFor(mayFailEverywhere ? FAILING_MAX : consent.executionMax());
        return tooLong == null ? null : new Ruling(tooLong, Sentence.CANCEL);
    }

    private void ask(Ruling ruling) throws IOException {
        long slot = ruling.slot();
        if (!Long.valueOf(slot).equals(told)) {
            told = slot;
            LOG.warnf("The command at slot %d takes too long: every member is asked to give it up", slot);
        }
        Answer own = gate.hold(slot);
        if (own != Answer.HELD) {
            LOG.debugf("The command at slot %d cannot be given up: this node has %s", slot, own);
            return;
        }
        byte[] question = ByteBuffer.allocate(Long.BYTES).putLong(slot).array();
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (NodeId member : consent.others().get()) {
            answers.add(consent.peers()
                    .call(member, PeerCalls.Kind.HOLD, question, ANSWER_MAX)
                    .toCompletableFuture());
        }
        CompletionStage<Void> all = CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
        var _ = all.whenComplete((none, failure) -> {
            if (failure != null) {
                LOG.debugf("Not every member answers about slot %d: %s", slot, failure.getMessage());
            } else if (answers.stream().allMatch(answer -> Answer.HELD.is(answer.resultNow()))) {
                propose(ruling);
            }
        });
    }

    private void propose(Ruling ruling) {
        boolean isTaken = consent.propose().test(new Entry.Command(ruling.encode()));
        LOG.infof("Ruling proposed: slot=%d sentence=%s taken=%s", ruling.slot(), ruling.sentence(), isTaken);
    }
}
