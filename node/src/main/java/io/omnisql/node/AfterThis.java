package io.omnisql.node;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** Runs tasks on the calling thread: on an event loop after all that it has read, elsewhere at once. */
final class AfterThis implements Executor {
    @Override
    public void execute(Runnable task) {
        Context loop = Vertx.currentContext();
        if (loop != null && loop.isEventLoopContext()) {
            loop.runOnContext(turn -> task.run());
        } else {
            task.run();
        }
    }
}
