package io.omnisql.node.apply;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * 64-bit hashes of what statements gave: equal on all replicas as long as they agree. Rows count in any order; object ids and texts
 * of messages do not count.
 */
final class ResultDigest {
    /** What a command gives that was not executed because it was before. */
    static final long DUPLICATE = 0x64_75_70_6C_69_63_61_74L;

    /** What a command gives that failed: of several rows at fault, each replica may have met another one first. */
    static final long FAILED = 0x66_61_69_6C_65_64_21_21L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long START = 0x9E3779B97F4A7C15L;
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    private ResultDigest() {}

    /** Of bytes. */
    static long hash(byte[] bytes, int from, int until) {
        long hash = START + (until - from);
        int at = from;
        for (; at + Long.BYTES <= until; at += Long.BYTES) {
            hash = mix(hash, (long) LONGS.get(bytes, at));
        }
        long tail = 0;
        for (; at < until; at++) {
            tail = (tail << Byte.SIZE) | (bytes[at] & 0xFF);
        }
        return mix(hash, tail);
    }

    /** Of a text. */
    static long hash(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return hash(bytes, 0, bytes.length);
    }

    /** Of a hash and what follows it. */
    static long mix(long hash, long next) {
        long mixed = (hash ^ next) * FACTOR;
        mixed ^= mixed >>> 32;
        mixed *= FACTOR;
        return mixed ^ (mixed >>> 29);
    }

    /** The rolling digest after one more entry. */
    static long roll(long rolling, long slot, long entry) {
        return mix(mix(rolling, slot), entry);
    }
}
