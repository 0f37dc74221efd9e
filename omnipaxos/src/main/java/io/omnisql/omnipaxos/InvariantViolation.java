package io.omnisql.omnipaxos;

/** A condition that the protocol guarantees does not hold: the node must stop before it does harm. */
public final class InvariantViolation extends Error {
    private static final long serialVersionUID = 1L;

    /** With a text that names the condition and the values that broke it. */
    public InvariantViolation(String message) {
        super(message);
    }
}
