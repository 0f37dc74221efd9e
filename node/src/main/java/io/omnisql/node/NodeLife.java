package io.omnisql.node;

import io.quarkus.runtime.Quarkus;
import io.vertx.core.Vertx;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The rooms of a node in one process, begun anew when a fetched snapshot is to be installed. HTTP stays up, and unready meanwhile. */
final class NodeLife implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeLife.class);
    private static final int FAILED = 1;

    private final NodeConfig config;
    private final Vertx vertx;
    private final NodeParts parts;
    private final Certificates certificates;
    private @Nullable NodeRuntime runtime;
    private boolean closed;

    NodeLife(NodeConfig config, Vertx vertx, NodeParts parts, Certificates certificates) {
        this.config = config;
        this.vertx = vertx;
        this.parts = parts;
        this.certificates = certificates;
    }

    /** Starts everything; returns when the node does its part. */
    synchronized void start() throws IOException {
        var fresh = new NodeRuntime(config, vertx, certificates, this::startAnew);
        runtime = fresh;
        fresh.start();
        parts.publish(fresh);
    }

    /** Does not wait: the caller is a part of what is stopped. */
    private void startAnew() {
        Thread.ofPlatform().name("node-restart").start(this::restart);
    }

    private synchronized void restart() {
        if (closed) {
            return;
        }
        LOG.info("The node's rooms start anew, to go on from a snapshot");
        try {
            stop();
            start();
        } catch (IOException | RuntimeException e) {
            LOG.fatal("The node did not start anew, the process ends", e);
            Quarkus.asyncExit(FAILED);
        }
    }

    private void stop() {
        parts.withdraw();
        NodeRuntime running = runtime;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        stop();
    }
}
