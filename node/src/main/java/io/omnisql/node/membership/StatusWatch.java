package io.omnisql.node.membership;

import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.omnipaxos.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Waits until the replica's status is as wished. Thread-safe. */
public final class StatusWatch {
    /** The leader that a follower knows changes without a word. */
    private static final long LOOK_MILLIS = 10;

    private final ReplicaLoop loop;

    /** Of this replica. */
    public StatusWatch(ReplicaLoop loop) {
        this.loop = loop;
    }

    /** Role, ballot or configuration changed: whoever waits looks again. */
    public synchronized void changed() {
        notifyAll();
    }

    /** The status as soon as it is as wished; nothing when it is not in time. */
    public synchronized Optional<Status> await(Predicate<Status> wish, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Status status = loop.status();
            if (status != null && wish.test(status)) {
                return Optional.of(status);
            }
            wait(LOOK_MILLIS);
        }
        return Optional.empty();
    }
}
