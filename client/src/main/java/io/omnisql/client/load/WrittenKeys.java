package io.omnisql.client.load;

import java.util.SplittableRandom;

/** The numbers of keys whose write was acknowledged at least once. For several threads. */
final class WrittenKeys {
    private final boolean[] isWritten;
    private final int[] keys;
    private int count;

    WrittenKeys(int keysMax) {
        isWritten = new boolean[keysMax];
        keys = new int[keysMax];
    }

    synchronized void add(int key) {
        if (!isWritten[key]) {
            isWritten[key] = true;
            keys[count++] = key;
        }
    }

    /** Any of them; 0, a key like any other, while there is none. */
    synchronized int random(SplittableRandom random) {
        return count == 0 ? 0 : keys[random.nextInt(count)];
    }
}
