package io.omnisql.client.load;

import java.time.Duration;
import java.time.Instant;

/** When a run begins. */
public sealed interface Start {
    /** As soon as it is connected. */
    record AtOnce() implements Start {}

    /** At an instant that was agreed beforehand; at once when it has passed. */
    record At(Instant instant) implements Start {}

    /**
     * Soon after this many clients have said that they are ready, by a table in the database they load.
     *
     * @param run the name the clients have in common; each run needs a new one
     * @param timeout how long to wait for the others
     */
    record WithClients(String run, int clients, Duration timeout) implements Start {}
}
