package io.omnisql.node.apply;

import io.omnisql.node.sql.CommandCodec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the log says of a command that no member's PostgreSQL has got through: whether it may still have its effect, or has none on any
 * node. Of several rulings on a slot the first counts.
 *
 * @param slot of the command
 */
record Ruling(long slot, Sentence sentence) {
    private static final int BYTES = 1 + Long.BYTES + 1;

    /** What becomes of the command. */
    enum Sentence {
        /** It is executed to its end. */
        GO_ON(0),
        /**
         * It has no effect. Void when the members changed between the slot and the ruling, for those who agreed to it are not those
         * who may have told of the effect.
         */
        CANCEL(1),
        /** The same by an administrator's order, who knows that no former member has told anybody of the effect. */
        CANCEL_ANYWAY(2);

        private final byte code;

        Sentence(int code) {
            this.code = (byte) code;
        }

        private static @Nullable Sentence of(byte code) {
            for (Sentence sentence : values()) {
                if (sentence.code == code) {
                    return sentence;
                }
            }
            return null;
        }
    }

    /** As a log entry: tells itself from a command by its first byte. */
    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(CommandCodec.RULING)
                .putLong(slot)
                .put(sentence.code)
                .array();
    }

    /** The ruling that an entry's bytes are; null when they are a command, or nothing that this node knows. */
    static @Nullable Ruling of(byte[] entry) {
        if (entry.length != BYTES || entry[0] != CommandCodec.RULING) {
            return null;
        }
        var in = ByteBuffer.wrap(entry, 1, BYTES - 1);
        long slot = in.getLong();
        Sentence sentence = Sentence.of(in.get());
        return sentence == null ? null : new Ruling(slot, sentence);
    }
}
