package io.omnisql.node.membership;

import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.Status;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Brings another configuration through the log: compare and set on the configuration's id. A stop sign whose way is lost is proposed
 * again; whether it took place, only the configuration in force tells.
 */
public final class Reconfiguration {
    private static final Logger LOG = Logger.getLogger(Reconfiguration.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration ATTEMPT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ReplicaLoop loop;
    private final StatusWatch watch;
    private final Function<Configuration, Roster> rosters;
    private final SecureRandom ids = new SecureRandom();

    /** @param rosters tells a configuration's members */
    public Reconfiguration(ReplicaLoop loop, StatusWatch watch, Function<Configuration, Roster> rosters) {
        this.loop = loop;
        this.watch = watch;
        this.rosters = rosters;
    }

    /**
     * Returns when it is decided here, or will not be.
     *
     * @param newcomers tells why a vote cannot be given; asked once, before the change is proposed
     */
    public Reply order(Change.Request asked, Newcomers newcomers) throws InterruptedException {
        boolean isChecked = false;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String trouble = "the replica does not run yet";
        while (System.nanoTime() - deadline < 0) {
            Status status = loop.status();
            if (status == null) {
                break;
            }
            Roster inForce = rosters.apply(status.configuration());
            switch (Change.of(inForce, asked)) {
                case Change.Done(Roster current) -> {
                    return new Reply.Done(Map.of("configuration", current));
                }
                case Change.Conflict(Roster current) -> {
                    return Reply.conflict(
                            "other_configuration",
                            "configuration " + current.id() + " is in force, expected was "
                                    + asked.expectedConfigurationId(),
                            current);
                }
                case Change.Refused(String reason) -> {
                    return Reply.badRequest(reason);
                }
                case Change.TooEarly(Roster current) -> {
                    trouble = "this node only knows configuration " + current.id();
                    awaitLaterThan(current.id(), ATTEMPT);
                }
                case Change.Propose(Roster next) -> {
                    Optional<String> objection = isChecked ? Optional.empty() : newcomers.objection(inForce, next);
                    if (objection.isPresent()) {
                        return Reply.conflict("learner_not_ready", objection.get(), inForce);
                    }
                    isChecked = true;
                    trouble = propose(next);
                }
            }
        }
        return Reply.unavailable("not_decided", "the change was not decided in time, it may still be: " + trouble);
    }

    private void awaitLaterThan(long configurationId, Duration patience) throws InterruptedException {
        var _ = watch.await(status -> status.configuration().id() > configurationId, patience);
    }

    /** One attempt; why it did not succeed yet. */
    private String propose(Roster next) throws InterruptedException {
        LOG.infof("Another configuration is proposed: id=%d members=%s", next.id(), next.members());
        ProposeResult result;
        try {
            result = loop.reconfigure(ids.nextLong(), next.configuration())
                    .get(ATTEMPT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "the replica is too busy";
        }
        awaitLaterThan(next.id() - 1, result instanceof ProposeResult.Accepted ? ATTEMPT : PAUSE);
        return switch (result) {
            case ProposeResult.Accepted ignored -> "a quorum has not decided it";
            case ProposeResult.NoLeader ignored -> "no leader is known here, or this node does not vote";
            case ProposeResult.Outdated ignored -> "another change is under way";
            case ProposeResult.Overloaded ignored -> "too many proposals are under way";
        };
    }
}
