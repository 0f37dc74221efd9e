package io.omnisql.node.gateway;

import java.time.Duration;

/** Hears how clients' requests ended, for metrics. Called on the threads that end them: implementations only count. */
public interface RequestListener {
    /** Nobody listens. */
    RequestListener NONE = new RequestListener() {
        @Override
        public void writeEnded(WriteOutcome outcome, Duration taken) {}

        @Override
        public void readGranted(ReadLevel level, ReadGrant grant, Duration taken) {}
    };

    /** A write ended after {@code taken}; its client knows now. */
    void writeEnded(WriteOutcome outcome, Duration taken);

    /** A read waited {@code taken} for its turn. */
    void readGranted(ReadLevel level, ReadGrant grant, Duration taken);
}
