package io.omnisql.node.replica;

/** Called when the node must stop at once because going on could harm data. The process ends; nothing unsafe was acknowledged. */
@FunctionalInterface
public interface FatalError {
    /** Stops the node; does not wait for it. */
    void stop(String reason, Throwable cause);
}
