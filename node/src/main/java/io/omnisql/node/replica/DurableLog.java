package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import java.io.IOException;
import java.util.List;

/** The log on disk, as the replica sees it. */
public interface DurableLog extends AutoCloseable {

    /**
     * Takes one atomic batch; returns at once. When the batch survives power loss the listener is told, in token order. Called
     * by one thread at a time; tokens ascend.
     */
    void append(long token, List<LogWrite> writes);

    /** Whether {@link #append} would have to wait for the disk now. */
    boolean wouldWait();

    /** Whether batches wait that the disk has not begun with. */
    boolean hasWork();

    /**
     * Entries [from, until), cut at the end so that they weigh at most {@code bytesMax} (but at least one entry). Only durable
     * entries are found: the answer may be shorter than asked, or empty. Blocks on the disk: never called in a turn.
     */
    List<Entry> read(long from, long until, long bytesMax) throws IOException;

    /** Stops after what was appended is durable or has failed. */
    @Override
    void close();

    /** Hears what became of batches; called on the log's own thread. */
    interface Listener {
        /** All batches up to {@code token} survive power loss. */
        void durable(long token);

        /**
         * The disk failed, or a durable entry is damaged: nothing after the last durable token may be acknowledged, the node must
         * stop. Also called by whoever appends or reads.
         */
        void failed(IOException cause);
    }
}
