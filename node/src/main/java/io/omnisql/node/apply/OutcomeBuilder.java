package io.omnisql.node.apply;

import io.omnisql.node.gateway.AppliedResults;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.pgclient.BackendBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what the commands of one group give: digests always, the bytes as far as somebody may ask for them. Used by the applier's
 * thread only.
 */
final class OutcomeBuilder {
    private static final long EMPTY_QUERY = 1;

    private final AppliedResults awaited;
    private final int resultBytesMax;
    private final List<CommandOutcome> outcomes = new ArrayList<>();
    private final List<StatementResult> results = new ArrayList<>();
    private byte[] wire = new byte[CommandOutcome.SMALL_BYTES_MAX];
    private int wireSize;
    private int keptBytes;
    private int keptBytesMax;
    private long rowBytes;
    private long rowsDigest;
    private long digest;
    private StatementResult last = new StatementResult(new byte[0], null);
    private int tooLargeEntry = -1;

    OutcomeBuilder(AppliedResults awaited, int resultBytesMax) {
        this.awaited = awaited;
        this.resultBytesMax = resultBytesMax;
    }

    /** Starts a group. */
    void reset() {
        outcomes.clear();
        tooLargeEntry = -1;
        startEntry();
    }

    /** Refuses a message whose row alone is beyond the limit, before there is room made for it: its size is the same on all replicas. */
    void expectLarge(int messageBytes) throws ResultTooLarge {
        if (messageBytes > resultBytesMax) {
            throw new ResultTooLarge(messageBytes);
        }
    }

    /** What the commands that ended gave. */
    List<CommandOutcome> outcomes() {
        return outcomes;
    }

    /** Results of the current command's statements so far. */
    List<StatementResult> resultsSoFar() {
        return results;
    }

    /** The first command whose result is beyond the limit, or -1. */
    int tooLargeEntry() {
        return tooLargeEntry;
    }

    /** How much of the command's result is worth keeping here. */
    void expect(DecidedCommand command) {
        if (awaited.isAwaited(command.requestId())) {
            keptBytesMax = Integer.MAX_VALUE;
        } else {
            keptBytesMax = command.envelope().hasIdempotencyKey()
                    ? CommandOutcome.KEYED_BYTES_MAX
                    : CommandOutcome.SMALL_BYTES_MAX;
        }
    }

    /** A row. */
    void row(BackendBuffer in, int entry) {
        rowBytes += in.messageEnd() - in.messageStart();
        if (rowBytes > resultBytesMax && tooLargeEntry < 0) {
            tooLargeEntry = entry;
        }
        rowsDigest += ResultDigest.hash(in.array(), in.bodyStart(), in.messageEnd());
        message(in);
    }

    /** Any message that belongs to the current statement's result. */
    void message(BackendBuffer in) {
        int size = in.messageEnd() - in.messageStart();
        if (keptBytes > keptBytesMax || rowBytes > resultBytesMax) {
            return;
        }
        keptBytes += size;
        if (keptBytes > keptBytesMax) {
            return;
        }
        if (wire.length - wireSize < size) {
            wire = Arrays.copyOf(wire, Math.max(wireSize + size, wire.length * 2));
        }
        System.arraycopy(in.array(), in.messageStart(), wire, wireSize, size);
        wireSize += size;
    }

    /** The current statement succeeded. */
    void completed(BackendBuffer in) {
        message(in);
        long tag = in.type() == 'C' ? ResultDigest.hash(in.array(), in.bodyStart(), in.messageEnd()) : EMPTY_QUERY;
        digest = ResultDigest.mix(ResultDigest.mix(digest, tag), rowsDigest);
        rowsDigest = 0;
        results.add(taken(null));
    }

    /** The current command succeeded. */
    void commandCompleted(DecidedCommand command) {
        List<StatementResult> kept = keptBytes > keptBytesMax ? List.of() : List.copyOf(results);
        outcomes.add(new CommandOutcome(
                command.requestId(),
                command.slot(),
                kept,
                digest,
                command.envelope().hasIdempotencyKey()));
        startEntry();
    }

    /** The error as a result. */
    static StatementResult failed(BackendBuffer in, String sqlState) {
        return new StatementResult(Arrays.copyOfRange(in.array(), in.messageStart(), in.messageEnd()), sqlState);
    }

    private void startEntry() {
        results.clear();
        wireSize = 0;
        keptBytes = 0;
        rowBytes = 0;
        rowsDigest = 0;
        digest = 0;
    }

    /** Most results are like the one before: then they share the bytes. */
    private StatementResult taken(@Nullable String sqlState) {
        boolean isSame = Arrays.equals(last.wire(), 0, last.wire().length, wire, 0, wireSize);
        if (!isSame) {
            last = new StatementResult(Arrays.copyOf(wire, wireSize), sqlState);
        }
        wireSize = 0;
        return last;
    }
}
