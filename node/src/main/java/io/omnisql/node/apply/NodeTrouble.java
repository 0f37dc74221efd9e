package io.omnisql.node.apply;

/** Something that only this node has: nothing is applied until it is gone, and nothing is skipped. */
final class NodeTrouble extends Exception {
    private static final long serialVersionUID = 1L;

    NodeTrouble(String reason) {
        super(reason);
    }
}
