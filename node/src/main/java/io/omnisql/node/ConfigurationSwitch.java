package io.omnisql.node;

import io.omnisql.node.membership.IdentityFile;
import io.omnisql.node.membership.Introduction;
import io.omnisql.node.membership.Json;
import io.omnisql.node.membership.NodeIdentity.Belonging;
import io.omnisql.node.membership.Progress;
import io.omnisql.node.membership.Roster;
import io.omnisql.node.replica.FatalError;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.node.transport.PeerTransport;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Leads the node's rooms from one configuration to the next, which the replica has entered already: the identity on the disk first, then
 * the links to the members, this node's priority, and whoever shows them.
 */
final class ConfigurationSwitch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ConfigurationSwitch.class);
    private static final int STOP_SECONDS_MAX = 5;

    private final ClusterSettings settings;
    private final IdentityFile identityFile;
    private final Belonging identity;
    private final Followers followers;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("configuration-switch").factory());
    private volatile Roster current;

    /** Who follows the configuration. */
    record Followers(
            ReplicaLoop loop, PeerTransport transport, Runnable shown, Runnable removed, FatalError fatalError) {}

    /** @param first in force at the start */
    ConfigurationSwitch(ClusterSettings settings, IdentityFile identityFile, Configuration first, Followers followers) {
        this.settings = settings;
        this.identityFile = identityFile;
        this.identity = identityFile.get().belonging();
        this.followers = followers;
        this.current = settings.roster(first, identity);
    }

    /** The members in force, as far as the rooms have followed. */
    Roster current() {
        return current;
    }

    Roster roster(Configuration configuration) {
        return settings.roster(configuration, identity);
    }

    List<NodeId> others() {
        return current.members().stream()
                .map(member -> new NodeId(member.memberId()))
                .filter(member -> !member.equals(identity.self()))
                .toList();
    }

    /** This node's own priority, which a member alone has. */
    int priority() {
        return current.member(identity.self().value())
                .map(member -> member.priority())
                .orElse(0);
    }

    /** Called in a turn of the protocol: only hands over. */
    void changed(Status status) {
        if (status.configuration().id() > current.id()) {
            worker.execute(() -> follow(status.configuration()));
        }
    }

    private void follow(Configuration next) {
        if (next.id() <= current.id()) {
            return;
        }
        try {
            Roster roster = roster(next);
            identityFile.configured(next.id());
            followers.transport.follow(settings.directory(roster));
            current = roster;
            boolean _ = followers.loop.setPriority(priority());
            followers.shown.run();
            if (isRemoved(roster)) {
                followers.removed.run();
            }
            LOG.infof("Configuration in force: id=%d members=%s", next.id(), roster.members());
        } catch (IOException | RuntimeException e) {
            followers.fatalError.stop("Configuration " + next.id() + " cannot be followed: " + e.getMessage(), e);
        }
    }

    /** Whether the configuration in force does not name this node, which was a member once. */
    boolean isRemoved() {
        return isRemoved(current);
    }

    private boolean isRemoved(Roster roster) {
        long self = identity.self().value();
        return roster.member(self).isEmpty() && self < roster.nextMemberId();
    }

    /** Tells a node that is no peer yet who is a member, and how far this one is. */
    byte[] introduce(byte[] question, Progress progress) throws IOException {
        Introduction _ = Json.read(question, Introduction.class);
        return Json.write(new Introduction.Answer(
                identity.clusterUid(),
                identity.self().value(),
                identity.incarnation(),
                settings.address(),
                identity.beginning().founded() ? identity.beginning().configuration() : null,
                current,
                progress.learning()));
    }

    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOG.warn("The last change of the configuration was not followed in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
