package io.omnisql.node.sql;

/** Bytes that are no command of a known version, or a command that cannot be written as bytes. */
public final class MalformedCommand extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    MalformedCommand(String message) {
        super(message);
    }
}
