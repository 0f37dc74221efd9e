package io.omnisql.node.membership;

import io.omnisql.node.membership.NodeIdentity.Belonging;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Sees that the cluster of a reader is gone for it: none of the members that it knows is one any more, while others tell of another
 * cluster at their addresses (it went on after the loss of its quorum, or was made anew), or of a later configuration, to which no link
 * leads from here. Silence alone proves nothing, and one look is not enough. On a virtual thread of its own.
 */
public final class ReaderWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReaderWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** In a row: about ten seconds, in which members that only start again have come back. */
    static final int LOOKS_NEEDED = 5;

    private final Surroundings surroundings;
    private final MembersAsked members;
    private final CountDownLatch closed = new CountDownLatch(1);
    private int looks; // The watch's own thread only.

    /**
     * What it looks at.
     *
     * @param current the members in force here
     * @param addresses of members, as the settings tell them
     * @param isTold whether a member told this node something lately
     */
    public record Surroundings(
            Belonging identity,
            Supplier<Roster> current,
            List<String> addresses,
            BooleanSupplier isTold,
            Introduction.Asking asking) {
        public Surroundings {
            addresses = List.copyOf(addresses);
        }
    }

    ReaderWatch(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.members = new MembersAsked(surroundings.identity().incarnation(), surroundings.asking());
    }

    /** Begins; {@code lost} is called once at most, when the data of this node are of no cluster any more that can be reached. */
    public static ReaderWatch start(Surroundings surroundings, Runnable lost) {
        var watch = new ReaderWatch(surroundings);
        Thread.ofVirtual().name("reader-watch").start(() -> watch.run(lost));
        return watch;
    }

    private void run(Runnable lost) {
        try {
            boolean isLost = false;
            while (!isLost && !closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                isLost = lookSafely();
            }
            if (isLost) {
                lost.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean lookSafely() {
        try {
            return look();
        } catch (RuntimeException e) { // A watch that dies silently would leave the reader with a cluster that is gone.
            LOG.error("The look for the reader's cluster failed", e);
            return false;
        }
    }

    /** Looks once; whether it has seen often enough that the cluster is gone for this node. */
    boolean look() {
        Optional<String> reason = surroundings.isTold().getAsBoolean() ? Optional.empty() : whyLost();
        looks = reason.isPresent() ? looks + 1 : 0;
        if (looks < LOOKS_NEEDED) {
            return false;
        }
        reason.ifPresent(why -> LOG.errorf(
                "No member that this read replica knows is left, but %s: its data are put aside, it joins anew", why));
        return true;
    }

    private Optional<String> whyLost() {
        Roster current = surroundings.current().get();
        var addresses = new LinkedHashSet<>(surroundings.addresses());
        current.members().forEach(member -> addresses.add(member.address()));
        List<String> reasons = new ArrayList<>();
        for (Introduction.Answer member : members.at(addresses).members()) {
            boolean isSameCluster =
                    member.clusterUid().equals(surroundings.identity().clusterUid());
            Roster told = member.configuration();
            if (isSameCluster && current.names(member.memberId(), member.incarnation())) {
                return Optional.empty(); // The link to it may be down, the cluster is there.
            }
            if (!isSameCluster) {
                reasons.add("at " + member.address() + " is cluster " + member.clusterUid());
            } else if (told != null && told.id() > current.id()) {
                reasons.add("at " + member.address() + " configuration " + told.id() + " is in force");
            }
        }
        return reasons.stream().findFirst();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
