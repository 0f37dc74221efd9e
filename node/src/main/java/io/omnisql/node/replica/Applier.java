package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Entry;
import java.util.List;

/** Executes decided entries in order. */
public interface Applier {

    /**
     * Entries from slot {@code from} are decided. Called in a turn of the protocol, in log order, without gaps since the start (the
     * first call of a run may begin below what is applied already). Must only enqueue: when its bounded queue is full the
     * applier drops the entries and reads them from the {@link DurableLog} later.
     */
    void decided(long from, List<Entry> entries);
}
