package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.Piece;
import java.nio.ByteBuffer;

/** What PostgreSQL still owes for one message that was sent to it. Replies arrive in the order of the messages. */
abstract class Reply {
    private final Kind kind;

    Reply(Kind kind) {
        this.kind = kind;
    }

    /** Which message it answers, and so which message ends it. */
    enum Kind {
        PARSE("1"),
        BIND("2"),
        CLOSE("3"),
        DESCRIBE("Tn"),
        EXECUTE("CIs"),
        SYNC("Z"),
        QUERY("Z");

        private final String lastTypes;

        Kind(String lastTypes) {
            this.lastTypes = lastTypes;
        }

        boolean isLast(byte type) {
            return lastTypes.indexOf(type) >= 0;
        }

        /** An error does not end these: ReadyForQuery does. */
        boolean outlivesErrors() {
            return this == SYNC || this == QUERY;
        }
    }

    final Kind kind() {
        return kind;
    }

    /** A message of the reply, the last one included; never an error. */
    abstract void frame(Piece.Frame frame);

    /** Rows, in whole or in part. */
    abstract void passing(ByteBuffer bytes);

    /** The error. Unless the kind outlives errors, nothing more comes. */
    abstract void failed(Piece.Frame error);

    /** The last message was handed over. */
    void completed() {}

    /** PostgreSQL does not answer this one, because an earlier message of the same unit failed. */
    void skipped() {}
}
