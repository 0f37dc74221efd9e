package io.omnisql.operator.reconcile;

/** A node did not obey the order to go on without a quorum, and never will. */
final class RecoveryRefusal extends NodeRefusal {
    private static final long serialVersionUID = 1L;

    RecoveryRefusal(NodeRefusal refusal) {
        super(String.valueOf(refusal.getMessage()), refusal.isConflict());
    }
}
