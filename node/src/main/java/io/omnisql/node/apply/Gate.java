package io.omnisql.node.apply;

import io.omnisql.node.apply.GateFile.Mark;
import io.omnisql.node.sql.RequestId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the applier must pass before a command's outcome is told to anybody or committed. A command that takes long is marked on the
 * disk; from then on the node can promise others to wait here for a {@link Ruling}, and keeps the promise through any crash. So a ruling
 * that cancels it, which needs the promise of every member, contradicts nothing that a client was told. Thread-safe.
 */
final class Gate {
    /** How long the applier stands at one slot before it is marked, and before what shares its transaction is taken apart. */
    static final Duration LONG = Duration.ofSeconds(1);

    private static final long NOWHERE = -1;

    private final GateFile file;
    private final Rulings rulings;
    private final long unsureBelow;
    private final LongSupplier nanos;
    private @Nullable Mark mark;
    private long passed;
    private long standing = NOWHERE;
    private @Nullable RequestId request;
    private boolean isAlone;
    private @Nullable Failure failure;
    private long sinceNanos;
    private long aloneUntil;
    private boolean isWaiting;
    private boolean isClosed;

    /**
     * Where an earlier life of the node left it.
     *
     * @param unsureBelow the log's length at the start of this life: what an earlier one told of these slots is not known, unless the
     *     file says that it told nothing
     */
    Gate(GateFile file, Rulings rulings, long unsureBelow) throws IOException {
        this(file, rulings, unsureBelow, System::nanoTime);
    }

    /** The same with another clock, in nanoseconds. */
    Gate(GateFile file, Rulings rulings, long unsureBelow, LongSupplier nanos) throws IOException {
        this.nanos = nanos;
        this.file = file;
        this.rulings = rulings;
        this.unsureBelow = unsureBelow;
        this.mark = file.read().orElse(null);
        this.aloneUntil = mark != null && mark.isHeld() ? mark.slot() + 1 : 0;
    }

    /** What a node says when it is asked to wait at a slot. */
    enum Answer {
        /** It waits there for a ruling. */
        HELD('H'),
        /** It has passed the slot, or may have. */
        PASSED('P'),
        /** It has not come there, or not for long enough. */
        NOT_YET('N');

        private final byte code;

        Answer(char code) {
            this.code = (byte) code;
        }

        /** As a peer is told. */
        byte[] encode() {
            return new byte[] {code};
        }

        /** Whether a peer tells this. */
        boolean is(byte[] told) {
            return Arrays.equals(told, encode());
        }
    }

    /** The applier has come to a command's slot, or tries it again. */
    synchronized void standAt(long slot, RequestId command) {
        request = command;
        if (standing != slot) {
            standing = slot;
            passed = Math.max(passed, slot);
            sinceNanos = nanos.getAsLong();
            isAlone = false;
            failure = null;
        }
    }

    /** Whether the command at the slot must have a transaction of its own. */
    synchronized boolean demandsAlone(long slot) {
        return slot < aloneUntil || (standing == slot && isLong(nanos.getAsLong()));
    }

    /** Commands up to here must have transactions of their own: one of them may be what takes so long. */
    synchronized void demandAlone(long until) {
        aloneUntil = Math.max(aloneUntil, until);
    }

    /** Whether the command at the slot where the applier stands now is executed for itself. */
    synchronized void alone(boolean isSo) {
        isAlone = isSo;
    }

    /** The command at the slot where the applier stands has failed here, by what may be this node's own trouble. */
    synchronized void failed(Failure met) {
        failure = met;
    }

    /** How it failed last, or null. */
    synchronized @Nullable Failure failure() {
        return failure;
    }

    /** The command at whose slot the applier stood last, or null before the first. */
    synchronized @Nullable RequestId request() {
        return request;
    }

    /** The slot where the applier has stood for so long, or null. */
    synchronized @Nullable Long standsFor(Duration time) {
        boolean isSo = standing != NOWHERE && nanos.getAsLong() - sinceNanos >= time.toNanos();
        return isSo ? standing : null;
    }

    /** What the applier has been at for long. */
    synchronized Optional<SlowCommand> slowCommand() {
        long now = nanos.getAsLong();
        return standing != NOWHERE && isLong(now)
                ? Optional.of(new SlowCommand(standing, Duration.ofNanos(now - sinceNanos)))
                : Optional.empty();
    }

    /** Whether commands that share a transaction take long: each needs one of its own then. */
    synchronized boolean isTooLongTogether() {
        return standing != NOWHERE && !isAlone && isLong(nanos.getAsLong());
    }

    /** Marks the slot where the applier stands, when it has stood there for long. Blocks on the disk. */
    synchronized void mark() throws IOException {
        boolean isFirstTime = standing >= passed && standing >= unsureBelow;
        boolean isPromised = mark != null && mark.isHeld() && mark.slot() >= standing;
        if (standing != NOWHERE && isAlone && isFirstTime && !isPromised && isLong(nanos.getAsLong())) {
            write(new Mark(standing, false));
        }
    }

    /** Promises to wait at a slot. Blocks on the disk. */
    synchronized Answer hold(long slot) throws IOException {
        if (slot < passed) {
            return Answer.PASSED;
        }
        if (slot != standing || !isMarked(slot)) {
            return slot == standing && slot < unsureBelow ? Answer.PASSED : Answer.NOT_YET;
        }
        write(new Mark(slot, true));
        return Answer.HELD;
    }

    /**
     * Passes slots, waiting for a ruling when a promise was given; false when it cancels one of them: what they did must be undone. From
     * here on clients may be told. Blocks; the applier's thread only.
     */
    synchronized boolean pass(long from, long until) throws IOException, NodeTrouble, InterruptedException {
        Mark known = mark;
        if (known != null && known.slot() == from) {
            isWaiting = true;
            try {
                while (known.isHeld() && rulings.cancels(from) == null && !isClosed) {
                    wait();
                    known = mark == null ? known : mark;
                }
            } finally {
                isWaiting = false;
            }
            if (known.isHeld() && isClosed) {
                throw new NodeTrouble("The node stops while slot " + from + " waits for a ruling");
            }
        }
        if (rulings.firstCancelled(from, until) < until) {
            return false;
        }
        if (known != null && known.slot() < until) {
            file.clear(); // First: a mark says that nobody was told.
            mark = null;
        }
        passed = Math.max(passed, until);
        standing = NOWHERE;
        return true;
    }

    /** Whether the log says that the command at this slot, not applied yet, has no effect. */
    boolean isCancelled(long slot) {
        return Boolean.TRUE.equals(rulings.cancels(slot));
    }

    /** The first slot of these, not applied yet, that the log cancels, or {@code until}. */
    long firstCancelled(long from, long until) {
        return rulings.firstCancelled(from, until);
    }

    /** Everything below this index is applied, and what the log says from there on is known when this returns. Blocks on the disk. */
    void begin(long position) throws IOException {
        rulings.complete(position);
    }

    /** Everything below this index is applied. */
    void applied(long position) {
        rulings.applied(position);
    }

    /** A slot whose command is executed and waits for a ruling, or null. */
    synchronized @Nullable Long waitsAt() {
        return isWaiting && mark != null && mark.isHeld() && !isClosed ? mark.slot() : null;
    }

    /** Rulings may have come. */
    synchronized void look() {
        notifyAll();
    }

    /** Nobody waits here any more. */
    synchronized void close() {
        isClosed = true;
        notifyAll();
    }

    private boolean isMarked(long slot) {
        return mark != null && mark.slot() == slot;
    }

    private boolean isLong(long nowNanos) {
        return nowNanos - sinceNanos >= LONG.toNanos();
    }

    private void write(Mark next) throws IOException {
        if (!next.equals(mark)) {
            file.write(next);
            mark = next;
        }
    }
}
