package io.omnisql.client.consistency;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Keys of one run: few are in use at a time, so that processes meet; each for a bounded number of operations, so that a complete
 * check of its history stays quick.
 */
final class FreshKeys {
    private final String run;
    private final int keysAtATime;
    private final int operationsPerKey;
    private final String select;
    private final Set<String> used = new ConcurrentSkipListSet<>();

    /** {@code select} reads the value of the key that is its only parameter. */
    FreshKeys(String run, int keysAtATime, int operationsPerKey, String select) {
        this.run = run;
        this.keysAtATime = keysAtATime;
        this.operationsPerKey = operationsPerKey;
        this.select = select;
    }

    /** A key for operation {@code number} of the run. */
    String next(long number, SplittableRandom random) {
        long block = number / (keysAtATime * (long) operationsPerKey);
        return run + "-" + (block * keysAtATime + random.nextInt(keysAtATime));
    }

    /** An operation on the key has ended: it belongs to the final reads. */
    void used(String key) {
        used.add(key);
    }

    Call read(String key) {
        return read(Action.READ, key);
    }

    /** One of each key that was used. */
    List<Call> finalReads() {
        return used.stream().map(key -> read(Action.FINAL_READ, key)).toList();
    }

    private Call read(Action action, String key) {
        return new Call(action, key, null, null, Sql.value(select, key));
    }
}
