package io.omnisql.node.transport;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** An event loop context of its own: without one everything that a thread starts shares a single event loop. */
final class EventLoop extends AbstractVerticle {

    /** Chooses the least used event loop; lasts until {@link #end}. */
    static Future<EventLoop> begin(Vertx vertx) {
        EventLoop loop = new EventLoop();
        return vertx.deployVerticle(loop).map(loop);
    }

    Context own() {
        return context;
    }

    Future<Void> end() {
        return vertx.undeploy(deploymentID());
    }
}
