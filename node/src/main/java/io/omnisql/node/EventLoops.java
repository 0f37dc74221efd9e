package io.omnisql.node;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Who shares a thread with whom: messages of peers, heartbeats and clients' sessions each have event loops of their own, as long as
 * Vert.x has so many. Without this everything that one thread starts shares an event loop, and so does who listens anew when another
 * has begun to.
 */
public final class EventLoops implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;
    private static final int FOR_PEERS = 2;
    private static final int FOR_OTHERS = 2;

    private final Vertx vertx;
    private final String deployment;
    private final List<Context> contexts;

    private EventLoops(Vertx vertx, String deployment, List<Context> contexts) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.contexts = contexts;
    }

    /** As many for sessions as half of the cores: the others have the log, the applier and PostgreSQL to carry. */
    private static int forSessions() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** How many Vert.x should have: enough for all of these to be different, and a few more for HTTP and the admin API to be spread over. */
    static int wanted() {
        int cores = Runtime.getRuntime().availableProcessors();
        return Math.max(cores, FOR_PEERS + forSessions() + FOR_OTHERS);
    }

    static EventLoops begin(Vertx vertx) throws IOException {
        return begin(vertx, forSessions());
    }

    /**
     * Takes two for the peers and {@code forSessions} for clients. Not to be called on an event loop.
     *
     * @param forSessions at least one
     * @throws IOException when Vert.x gives none within ten seconds
     */
    public static EventLoops begin(Vertx vertx, int forSessions) throws IOException {
        int count = FOR_PEERS + forSessions;
        Map<Thread, Context> found = new ConcurrentHashMap<>();
        try {
            // Vert.x hands out its loops in turn, to others too: a few more, lest two of these are the same.
            String deployment = vertx.deployVerticle(
                            () -> new Loop(found), new DeploymentOptions().setInstances(2 * count))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return new EventLoops(vertx, deployment, shared(List.copyOf(found.values()), count));
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("No event loops can be had", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** Where there are too few, sessions are where heartbeats are, and at last everything is on one. */
    private static List<Context> shared(List<Context> different, int count) {
        var all = new ArrayList<Context>(different.subList(0, Math.min(count, different.size())));
        while (all.size() < FOR_PEERS + 1) {
            all.add(all.getLast());
        }
        return List.copyOf(all);
    }

    private static final class Loop extends AbstractVerticle {
        private final Map<Thread, Context> found;

        Loop(Map<Thread, Context> found) {
            this.found = found;
        }

        @Override
        public void start() {
            found.putIfAbsent(Thread.currentThread(), context);
        }
    }

    /** For messages of peers. */
    public Context messages() {
        return contexts.get(0);
    }

    /** For this node's heartbeats, which nothing large may hold up. */
    public Context heartbeats() {
        return contexts.get(1);
    }

    /** For clients' sessions, whose handshakes and statements should hold up neither. */
    public List<Context> sessions() {
        return contexts.subList(FOR_PEERS, contexts.size());
    }

    /** Lets go of them: servers that listen and timers that run on them end. */
    @Override
    public void close() {
        var _ = vertx.undeploy(deployment);
    }
}
