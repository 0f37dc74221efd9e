package io.omnisql.node.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a follower makes of leaders that do not answer. */
class PeerReadsTest {
    private static final Reading READING = new Reading("ana", "ana", Map.of(), List.of());
    private final Deque<Exception> failures = new ArrayDeque<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final PeerReads reads = new PeerReads(
            request -> CompletableFuture.completedFuture(new ReadGrant.AtLeader(new NodeId(1))),
            reading -> CompletableFuture.failedFuture(new IllegalStateException("Not here")),
            (peer, kind, payload, timeout) -> {
                asked.incrementAndGet();
                return failures.isEmpty()
                        ? CompletableFuture.completedFuture(ReadingCodec.encode(List.of()))
                        : CompletableFuture.failedFuture(failures.remove());
            },
            ForkJoinPool.commonPool());

    private ReadAnswer read(Duration patience) throws Exception {
        var request =
                new ReadRequest(ReadLevel.LEADER, 0, Duration.ZERO, System.nanoTime() + patience.toNanos(), false);
        return reads.readAtLeader(READING, request).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static String sqlState(ReadAnswer answer) {
        return ((ReadAnswer.Refused) answer).error().sqlState();
    }

    /** It has taken a leader's memory, perhaps: the next one would die of it as well, and then there is no majority. */
    @Test
    void aReadThatLeadersAreLostWithIsNotTriedForEver() throws Exception {
        for (int i = 0; i < 10; i++) {
            failures.add(new PeerCalls.LinkBroken("the node closed the connection"));
        }

        assertThat(sqlState(read(Duration.ofSeconds(10)))).isEqualTo("57P03");
        assertThat(asked).hasValue(PeerReads.LOSSES_MAX);
    }

    @Test
    void whatALeaderNeverHeardIsTriedAgain() throws Exception {
        for (int i = 0; i < 5; i++) {
            failures.add(new IOException("no link"));
        }
        failures.add(new PeerCalls.LinkBroken("the node closed the connection"));

        assertThat(read(Duration.ofSeconds(10))).isInstanceOf(ReadAnswer.Results.class);
        assertThat(asked).hasValue(7);
    }

    @Test
    void aReadThatTakesTooLongIsNotCalledALackOfLeaders() throws Exception {
        failures.add(new TimeoutException("No answer within 20 ms"));

        assertThat(sqlState(read(Duration.ofMillis(20)))).isEqualTo("57014");
    }
}
