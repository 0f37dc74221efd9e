package io.omnisql.node.apply;

import java.util.concurrent.atomic.LongAdder;

/** What the applier did since the start. Thread-safe. */
final class Counters {
    private final LongAdder groups = new LongAdder();
    private final LongAdder entries = new LongAdder();
    private final LongAdder passedOver = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder catalogVersion = new LongAdder();
    private final LongAdder cleared = new LongAdder();

    void applied(int count) {
        groups.increment();
        entries.add(count);
    }

    void passedOver() {
        passedOver.increment();
    }

    void retried() {
        retries.increment();
    }

    void catalogChanged() {
        catalogVersion.increment();
    }

    void cleared(int sessions) {
        cleared.add(sessions);
    }

    long groupCount() {
        return groups.sum();
    }

    long entryCount() {
        return entries.sum();
    }

    long passedOverCount() {
        return passedOver.sum();
    }

    long retryCount() {
        return retries.sum();
    }

    long catalogVersion() {
        return catalogVersion.sum();
    }

    long clearedCount() {
        return cleared.sum();
    }
}
