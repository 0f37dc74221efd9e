package io.omnisql.omnipaxos;

import java.util.Arrays;

/** What one slot of the log holds. */
public sealed interface Entry {

    /** What this entry weighs in memory and on the wire, in bytes. */
    int sizeBytes();

    /** The last entry of a configuration: it names the next, which is in force when this is decided. */
    record StopSign(Configuration next) implements Entry {
        private static final int OVERHEAD_BYTES = 64;

        @Override
        public int sizeBytes() {
            return OVERHEAD_BYTES
                    + Long.BYTES * next.replicas().size()
                    + 3 * next.metadata().length();
        }
    }

    /** A command of the state machine, opaque here. The bytes are shared, never copied: nobody may change them. */
    @SuppressWarnings(
            "ArrayRecordComponent") // Equality is by content, see below; a copy per room would double the traffic.
    record Command(byte[] bytes) implements Entry {
        private static final int OVERHEAD_BYTES = 32;

        @Override
        public int sizeBytes() {
            return bytes.length + OVERHEAD_BYTES;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Command(byte[] others) && Arrays.equals(bytes, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Command[" + bytes.length + " bytes, " + Integer.toHexString(hashCode()) + "]";
        }
    }
}
