package io.omnisql.node;

import io.omnisql.node.membership.Founding;
import io.omnisql.node.membership.IdentityFile;
import io.omnisql.node.membership.Introduction;
import io.omnisql.node.membership.ReaderJoining;
import io.omnisql.node.membership.ReaderWatch;
import io.omnisql.node.transport.Introductions;
import io.omnisql.omnipaxos.InvariantViolation;
import io.quarkus.runtime.Quarkus;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A node's life in one process: it waits until it belongs to a cluster, then its rooms run. They begin anew when a fetched snapshot is to
 * be installed, when the node gives up its identity, or when it goes on as a cluster of its own. HTTP stays up, and unready meanwhile.
 */
final class NodeLife implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeLife.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration ASK_MAX = Duration.ofSeconds(2);
    private static final Duration HAND_OVER_MAX = Duration.ofSeconds(3);
    private static final int FAILED = 1;

    private final NodeConfig config;
    private final Vertx vertx;
    private final NodeParts parts;
    private final Certificates certificates;
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable IdentityFile identityFile;
    private @Nullable ReaderWatch readerWatch;
    private volatile @Nullable NodeRuntime runtime;

    NodeLife(NodeConfig config, Vertx vertx, NodeParts parts, Certificates certificates) {
        this.config = config;
        this.vertx = vertx;
        this.parts = parts;
        this.certificates = certificates;
    }

    /** Starts everything; returns when the node does its part, or waits for a cluster. */
    void start() throws IOException {
        ClusterSettings settings = ClusterSettings.of(config);
        RoomSettings _ = RoomSettings.of(config);
        certificates.check();
        IdentityFile file =
                IdentityFile.open(folder(config), settings.founding().orElse(null));
        settings.check(file.get());
        synchronized (this) {
            identityFile = file;
        }
        Optional<RecoveryOrder> unfinished = RecoveryOrder.read(folder(config));
        if (unfinished.isPresent() && !file.get().belongs()) {
            RecoveryOrder.delete(folder(config)); // The log was lost meanwhile: nothing is left that could go on.
        } else if (unfinished.isPresent()) {
            Optional<QuorumLossRecovery.Outcome> _ = carryOut(settings, file, unfinished.get());
        }
        parts.openAdmin(new NodeMembership(settings, file, new Rooms(), parts.version()));
        begin(settings, file);
    }

    private static Path folder(NodeConfig config) {
        return config.node().dataFolder().toAbsolutePath();
    }

    /** Nothing runs meanwhile. */
    private Optional<QuorumLossRecovery.Outcome> carryOut(
            ClusterSettings settings, IdentityFile file, RecoveryOrder order) throws IOException {
        Optional<QuorumLossRecovery.Outcome> outcome =
                new QuorumLossRecovery(settings, folder(config)).carryOut(file, order);
        RecoveryOrder.delete(folder(config));
        outcome.ifPresent(done -> LOG.warn(done.told()));
        return outcome;
    }

    /** Half of the way is no state to stay in: the next process goes the rest. */
    private QuorumLossRecovery.Outcome carryOutOrEnd(ClusterSettings settings, IdentityFile file, RecoveryOrder order)
            throws IOException {
        try {
            return carryOut(settings, file, order).orElseThrow();
        } catch (IOException | RuntimeException e) {
            end("The recovery from the loss of the quorum came to no end", e);
            throw e;
        }
    }

    private void begin(ClusterSettings settings, IdentityFile file) throws IOException {
        if (file.get().belongs()) {
            startRooms(settings, file);
        } else {
            Thread.ofPlatform().name("founding").start(() -> awaitCluster(settings, file));
        }
    }

    private synchronized void startRooms(ClusterSettings settings, IdentityFile file) throws IOException {
        if (closing.getCount() == 0) {
            return;
        }
        var cluster = new NodeRuntime.Cluster(settings, file, this::startAnew, parts::membersChanged);
        var fresh = new NodeRuntime(config, vertx, certificates, cluster);
        runtime = fresh;
        fresh.start();
        parts.publish(fresh, settings);
        if (settings.isReader()) {
            watch(fresh.rooms().rule(), settings, file);
        }
    }

    private void watch(NodeRuntime.Rule rule, ClusterSettings settings, IdentityFile file) {
        var surroundings = new ReaderWatch.Surroundings(
                file.get().belonging(),
                rule.configuration()::current,
                settings.askedMembers(),
                rule.progress()::isTold,
                this::ask);
        UUID incarnation = file.get().incarnation();
        readerWatch = ReaderWatch.start(
                surroundings,
                () -> Thread.ofPlatform().name("reader-rejoins").start(() -> joinAnew(file, incarnation)));
    }

    private void joinAnew(IdentityFile file, UUID incarnation) {
        try {
            if (file.get().incarnation().equals(incarnation)) { // Else an order to retire came first.
                new Rooms().retire();
            }
        } catch (IOException
                | RuntimeException
                | InvariantViolation e) { // On a thread of its own: else nobody hears of it.
            end("The read replica did not join anew", e);
        }
    }

    private byte[] ask(String address, byte[] question) throws IOException {
        try (var introductions = new Introductions(vertx, NodeRuntime.transportSettings(config, certificates))) {
            return introductions.ask(address, question, ASK_MAX);
        }
    }

    /** Until this node is one of those that found a cluster, is told to join one, or is a reader that has found one. */
    private void awaitCluster(ClusterSettings settings, IdentityFile file) {
        try {
            found(settings, file);
            while (!file.get().belongs() && !closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.tracef(
                        "This node belongs to no cluster yet: incarnation=%s",
                        file.get().incarnation());
            }
            startRooms(settings, file);
        } catch (IOException
                | RuntimeException
                | InvariantViolation e) { // On a thread of its own: else nobody hears of it.
            end("The node did not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void found(ClusterSettings settings, IdentityFile file) throws IOException, InterruptedException {
        if (settings.isReader()) {
            new ReaderJoining(settings.askedMembers(), file, this::ask).run(closing);
            return;
        }
        Optional<Founding.Plan> plan = settings.founding();
        if (plan.isEmpty()) {
            LOG.info("This node has an empty folder and founds no cluster: it waits to be told which one to join");
            return;
        }
        var transport = NodeRuntime.transportSettings(config, certificates);
        try (var introductions = new Introductions(vertx, transport)) {
            var founding = new Founding(
                    plan.get(), file, (address, question) -> introductions.ask(address, question, ASK_MAX));
            introductions.listen(transport, founding::answer);
            founding.run(closing);
        }
    }

    /** Does not wait: the caller is a part of what is stopped. */
    private void startAnew() {
        Thread.ofPlatform().name("node-restart").start(this::restart);
    }

    private void restart() {
        try {
            IdentityFile file;
            synchronized (this) {
                file = identityFile;
                if (closing.getCount() == 0 || file == null) {
                    return;
                }
                LOG.info("The node's rooms start anew, to go on from a snapshot");
                stop();
            }
            begin(ClusterSettings.of(config), file);
        } catch (IOException
                | RuntimeException
                | InvariantViolation e) { // On a thread of its own: else nobody hears of it.
            end("The node did not start anew", e);
        }
    }

    /** The rooms as the administration sees them. */
    private final class Rooms implements NodeMembership.Life {
        @Override
        public Optional<NodeRuntime.Rooms> rooms() {
            NodeRuntime running = runtime;
            return running == null ? Optional.empty() : running.built();
        }

        @Override
        public Introduction.Asking asking() {
            return NodeLife.this::ask;
        }

        @Override
        public boolean isDraining() {
            return parts.isDraining();
        }

        @Override
        public void drain(boolean drain) {
            parts.drain(drain);
        }

        @Override
        public void retire() throws IOException {
            IdentityFile file;
            synchronized (NodeLife.this) {
                file = identityFile;
                if (file == null || closing.getCount() == 0) {
                    return;
                }
                stop();
                file.retire();
            }
            parts.drain(false);
            begin(ClusterSettings.of(config), file);
        }

        @Override
        public QuorumLossRecovery.Outcome recoverFromQuorumLoss(long configurationId) throws IOException {
            IdentityFile file;
            QuorumLossRecovery.Outcome outcome;
            ClusterSettings settings = ClusterSettings.of(config);
            synchronized (NodeLife.this) {
                file = identityFile;
                if (file == null || closing.getCount() == 0) {
                    throw new IOException("the node starts or stops");
                }
                RecoveryOrder order =
                        QuorumLossRecovery.order(file.get().belonging().clusterUid(), configurationId);
                order.write(folder(config)); // From here on the node comes to the same end, whatever happens.
                stop();
                outcome = carryOutOrEnd(settings, file, order);
            }
            begin(settings, file);
            return outcome;
        }
    }

    private void end(String what, Throwable cause) {
        LOG.fatalf(cause, "%s, the process ends", what);
        Quarkus.asyncExit(cause instanceof IllegalArgumentException ? NodeMain.REFUSED : FAILED);
    }

    private void stop() {
        ReaderWatch watching = readerWatch;
        readerWatch = null;
        if (watching != null) {
            watching.close();
        }
        parts.withdraw();
        NodeRuntime running = runtime;
        runtime = null;
        if (running != null) {
            running.close();
        }
    }

    private void giveUpTheLead() {
        NodeRuntime running = runtime;
        Optional<NodeRuntime.Rooms> rooms = running == null ? Optional.empty() : running.built();
        try {
            if (rooms.isPresent()) {
                rooms.get().rule().handOver().giveUpTheLead(HAND_OVER_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets another member lead first, so that no timeout passes. */
    @Override
    public void close() {
        closing.countDown();
        parts.drain(true);
        giveUpTheLead();
        synchronized (this) {
            stop();
        }
    }
}
