package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {

    @Test
    void everybodyHasAnotherThreadWhereThereAreEnough() throws Exception {
        assertThat(new HashSet<>(threads(8, 3))).hasSize(5);
    }

    @Test
    void messagesOfPeersKeepTheirThreadWhereThereAreTooFew() throws Exception {
        List<Thread> threads = threads(2, 4);
        assertThat(threads).hasSize(3);
        assertThat(threads.get(1)).isNotEqualTo(threads.get(0)).isEqualTo(threads.get(2));
    }

    @Test
    void oneThreadWillDo() throws Exception {
        assertThat(threads(1, 1)).hasSize(3);
    }

    /** Of messages, heartbeats, and each of the sessions' loops. */
    private static List<Thread> threads(int pool, int forSessions) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(pool));
        try (EventLoops loops = EventLoops.begin(vertx, forSessions)) {
            var threads = new ArrayList<Thread>();
            threads.add(thread(loops.messages()));
            threads.add(thread(loops.heartbeats()));
            for (Context each : loops.sessions()) {
                threads.add(thread(each));
            }
            return threads;
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Thread thread(Context context) throws Exception {
        var thread = new CompletableFuture<Thread>();
        context.runOnContext(turn -> thread.complete(Thread.currentThread()));
        return thread.get(10, TimeUnit.SECONDS);
    }
}
