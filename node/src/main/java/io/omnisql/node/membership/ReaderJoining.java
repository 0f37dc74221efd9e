package io.omnisql.node.membership;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * How a reader comes to its cluster: it asks for members, again and again, until one tells who the members are, and belongs to that
 * cluster from then on, under an id of its own. Nobody has to admit it, for nobody counts it.
 */
public final class ReaderJoining {
    private static final Logger LOG = Logger.getLogger(ReaderJoining.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final List<String> addresses;
    private final IdentityFile file;
    private final Introduction.Asking asking;
    private String lastReason = "";

    /** Begins with {@link #run}. */
    public ReaderJoining(List<String> addresses, IdentityFile file, Introduction.Asking asking) {
        this.addresses = List.copyOf(addresses);
        this.file = file;
        this.asking = asking;
    }

    /** Blocks until this node belongs to a cluster, or {@code closing} is open. */
    public void run(CountDownLatch closing) throws IOException, InterruptedException {
        boolean isClosed = false;
        while (!isClosed && !step()) {
            isClosed = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Asks everybody once; whether this node belongs to a cluster now. */
    boolean step() throws IOException {
        NodeIdentity own = file.get();
        if (own.belongs()) {
            return true;
        }
        MembersAsked.Told told = new MembersAsked(own.incarnation(), asking).at(addresses);
        Optional<Introduction.Answer> newest = newest(told.members());
        if (newest.isEmpty()) {
            explain(String.join("; ", told.troubles()));
            return false;
        }
        Introduction.Answer member = newest.get();
        file.join(member.clusterUid(), ReaderId.of(own.incarnation()), configuration(member));
        return true;
    }

    /** A cluster that went on after the loss of its quorum is ahead of what may be left of the lost one. */
    private static Optional<Introduction.Answer> newest(List<Introduction.Answer> members) {
        return members.stream()
                .max(Comparator.comparingLong(member -> configuration(member).id()));
    }

    private static Roster configuration(Introduction.Answer member) {
        Roster configuration = member.configuration();
        if (configuration == null) {
            throw new IllegalStateException("A member knows its configuration");
        }
        return configuration;
    }

    private void explain(String reason) {
        if (!reason.equals(lastReason)) {
            lastReason = reason;
            LOG.infof("This read replica has found no member of its cluster yet: %s", reason);
        }
    }
}
