package io.omnisql.node.wal;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The log holds bytes that it cannot have written, at a place that no crash explains. Nothing is repaired: the node must not
 * start on a log that may have forgotten what it promised. Replace the replica by a reconfiguration.
 */
public final class LogRotException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Names the file, the offset of the first byte in doubt, and what is wrong there. */
    public LogRotException(Path file, long offset, String reason) {
        super("Rotten log: " + file + " at offset " + offset + ": " + reason);
    }
}
