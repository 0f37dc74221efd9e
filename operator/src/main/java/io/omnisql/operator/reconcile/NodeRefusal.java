package io.omnisql.operator.reconcile;

/** A node did not do what it was asked for: it could not, must not, or did not answer. The next look tells what came of it. */
public final class NodeRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    NodeRefusal(String message) {
        super(message);
    }
}
