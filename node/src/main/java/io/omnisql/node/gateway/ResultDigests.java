package io.omnisql.node.gateway;

import java.util.SortedMap;

/** What this node's results hash to at certain slots. */
public interface ResultDigests {

    /** Rolling digest by slot, for the last checkpoints; a bounded map, ascending. */
    SortedMap<Long, Long> recent();
}
