package io.omnisql.operator.reconcile;

/** A node did not do what it was asked for: it could not, must not, or did not answer. The next look tells what came of it. */
public sealed class NodeRefusal extends Exception permits RecoveryRefusal {
    private static final long serialVersionUID = 1L;

    private final boolean conflict;

    NodeRefusal(String message) {
        this(message, false);
    }

    NodeRefusal(String message, boolean conflict) {
        super(message);
        this.conflict = conflict;
    }

    /** Whether things are otherwise than the order takes them for: repeating it changes nothing. */
    boolean isConflict() {
        return conflict;
    }
}
