package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.omnisql.node.apply.Gate.Answer;
import io.omnisql.node.apply.Ruling.Sentence;
import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Commands that take too long, with a real PostgreSQL; the other members' answers are played. */
class SlowCommandsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<NodeId> OTHERS = List.of(new NodeId(2), new NodeId(3));
    private static final String SPIN =
            "CREATE FUNCTION spin() RETURNS text LANGUAGE plpgsql AS 'BEGIN LOOP END LOOP; END'";
    /** It cannot be cancelled, only ended. */
    private static final String STUBBORN = "CREATE FUNCTION spin() RETURNS text LANGUAGE plpgsql AS 'BEGIN LOOP"
            + " BEGIN LOOP END LOOP; EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END'";

    private static final String SLEEP = "INSERT INTO t SELECT 1, 'x' FROM pg_sleep(3)";

    private static AppliedNode start(Answer answer) throws IOException {
        AppliedNode node = AppliedNode.start();
        node.others = OTHERS;
        answer(node, answer);
        return node;
    }

    private static void answer(AppliedNode node, Answer answer) {
        node.peers = (peer, kind, payload, timeout) -> CompletableFuture.completedFuture(answer.encode());
    }

    private static CompletableFuture<AppliedResult> expect(AppliedNode node, int id) {
        return node.results.expect(Commands.id(id).requestId());
    }

    private static long awaitSlow(AppliedNode node, long slot) {
        await().atMost(SOON)
                .until(() -> node.applier()
                        .slowCommand()
                        .filter(slow -> slow.slot() == slot)
                        .isPresent());
        return slot;
    }

    private static Answer hold(AppliedNode node, long slot) throws Exception {
        byte[] question = ByteBuffer.allocate(Long.BYTES).putLong(slot).array();
        byte[] answer = node.applier().hold(question).toCompletableFuture().get(10, TimeUnit.SECONDS);
        return Arrays.stream(Answer.values())
                .filter(known -> known.is(answer))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitHeld(AppliedNode node, long slot) {
        await().atMost(SOON).until(() -> hold(node, slot) == Answer.HELD);
    }

    private static Entry ruling(long slot, Sentence sentence) {
        return new Entry.Command(new Ruling(slot, sentence).encode());
    }

    private static void spinsBetweenNeighbours(AppliedNode node, String function) throws Exception {
        node.apply(Commands.id(0).ddl(function));
        CompletableFuture<AppliedResult> endless = expect(node, 2);
        CompletableFuture<AppliedResult> next = expect(node, 3);
        long first = node.log.size();
        node.decide(
                Commands.id(1).sql("INSERT INTO t VALUES (1, 'a')"),
                Commands.id(2).sql("INSERT INTO t SELECT 2, spin()"),
                Commands.id(3).sql("INSERT INTO t VALUES (3, 'c')"));

        node.applier().giveUp(awaitSlow(node, first + 1), false);

        assertThat(AppliedNode.sqlState(CollectedResults.get(endless))).isEqualTo("57014");
        assertThat(AppliedNode.text(CollectedResults.get(next))).contains("INSERT 0 1");
        node.awaitAll();
        assertThat(node.value("SELECT string_agg(v, ',' ORDER BY k) FROM t")).isEqualTo("a,c");
        assertThat(node.applier().slowCommand()).isEmpty();
    }

    @Test
    void aCommandThatNeverEndsIsGivenUpAndItsNeighboursAreNot() throws Exception {
        try (var node = start(Answer.HELD)) {
            spinsBetweenNeighbours(node, SPIN);
            assertThat(node.applier().status().retries()).isZero();
        }
    }

    @Test
    void oneThatCatchesItsCancellationIsGivenUpToo() throws Exception {
        try (var node = start(Answer.HELD)) {
            spinsBetweenNeighbours(node, STUBBORN);
        }
    }

    @Test
    void nothingIsGivenUpWhileAMemberDoesNotPromise() throws Exception {
        try (var node = start(Answer.PASSED)) {
            node.apply(Commands.id(0).ddl(SPIN));
            CompletableFuture<AppliedResult> endless = expect(node, 2);
            long slot = node.log.size();
            node.decide(Commands.id(2).sql("INSERT INTO t SELECT 2, spin()"));
            node.applier().giveUp(awaitSlow(node, slot), false);
            awaitHeld(node, slot);
            await().atMost(SOON)
                    .until(() -> node.applier()
                            .slowCommand()
                            .filter(slow -> slow.since().toSeconds() >= 4)
                            .isPresent());
            assertThat(node.log.size()).as("no ruling was proposed").isEqualTo(slot + 1);

            answer(node, Answer.HELD);

            assertThat(AppliedNode.sqlState(CollectedResults.get(endless))).isEqualTo("57014");
        }
    }

    @Test
    void oneThatItsClientDoesNotWantAnyMoreIsGivenUp() throws Exception {
        try (var node = start(Answer.HELD)) {
            node.apply(Commands.id(0).ddl(SPIN));
            CompletableFuture<AppliedResult> endless = expect(node, 2);
            node.decide(Commands.id(2).sql("INSERT INTO t SELECT 2, spin()"));

            node.results.giveUp(Commands.id(2).requestId());

            assertThat(AppliedNode.sqlState(CollectedResults.get(endless))).isEqualTo("57014");
        }
    }

    @Test
    void oneThatFailsEverywhereByWhatCouldBeANodesOwnTroubleIsGivenUpSoonAndItsClientHearsWhy() throws Exception {
        try (var node = start(Answer.HELD)) {
            CompletableFuture<AppliedResult> failing = expect(node, 1);
            CompletableFuture<AppliedResult> next = expect(node, 2);

            node.decide(
                    Commands.id(1).sql("INSERT INTO t SELECT 1, int8_avg(ARRAY[1]::bigint[])::text"),
                    Commands.id(2).sql("INSERT INTO t VALUES (2, 'b')"));

            AppliedResult result = CollectedResults.get(failing);
            assertThat(AppliedNode.sqlState(result)).isEqualTo("57014");
            assertThat(AppliedNode.text(result)).contains("XX000 expected 2-element int8 array");
            assertThat(AppliedNode.text(CollectedResults.get(next))).contains("INSERT 0 1");
        }
    }

    @Test
    void oneThatFailsHereAndNotElsewhereIsTriedOn() throws Exception {
        try (var node = start(Answer.PASSED)) {
            CompletableFuture<AppliedResult> failing = expect(node, 1);
            node.decide(Commands.id(1).sql("INSERT INTO t SELECT 1, int8_avg(ARRAY[1]::bigint[])::text"));

            await().atMost(SOON)
                    .until(() -> node.applier()
                            .slowCommand()
                            .filter(slow -> slow.since().toSeconds() >= 6)
                            .isPresent());

            assertThat(failing).isNotDone();
            assertThat(node.log.size()).as("no ruling was proposed").isEqualTo(2);
        }
    }

    @Test
    void oneThatEndsAfterAPromiseIsToldOnlyWhenTheLogLetsItThrough() throws Exception {
        try (var node = start(Answer.NOT_YET)) {
            CompletableFuture<AppliedResult> sleeping = expect(node, 1);
            long slot = node.log.size();
            node.decide(Commands.id(1).sql(SLEEP));
            awaitHeld(node, slot);
            assertThat(sleeping).isNotDone();

            assertThat(AppliedNode.text(CollectedResults.get(sleeping))).contains("INSERT 0 1");

            assertThat(node.log.all().get((int) slot + 1)).isEqualTo(ruling(slot, Sentence.GO_ON));
            assertThat(hold(node, slot)).isEqualTo(Answer.PASSED);
        }
    }

    @Test
    void oneThatOthersGaveUpHasNoEffectThoughItEndedHere() throws Exception {
        try (var node = start(Answer.NOT_YET)) {
            CompletableFuture<AppliedResult> sleeping = expect(node, 1);
            long slot = node.log.size();
            node.decide(Commands.id(1).sql(SLEEP));
            awaitHeld(node, slot);

            node.decided(ruling(slot, Sentence.CANCEL));

            assertThat(AppliedNode.sqlState(CollectedResults.get(sleeping))).isEqualTo("57014");
            node.awaitAll();
            assertThat(node.value("SELECT count(*) FROM t")).isEqualTo("0");
            assertThat(AppliedNode.sqlState(node.apply(Commands.id(1).sql(SLEEP))))
                    .as("a repetition is told the same")
                    .isEqualTo("57014");
        }
    }

    @Test
    void theRulingIsFoundByANodeThatWasToldOfItInAnEarlierLife() throws Exception {
        try (var node = start(Answer.NOT_YET)) {
            node.apply(Commands.id(0).ddl(SPIN));
            int slot = (int) node.log.size();
            node.decide(Commands.id(1).sql("INSERT INTO t SELECT 1, spin()"));
            awaitHeld(node, slot);
            node.log.add(ruling(slot, Sentence.CANCEL));
            CompletableFuture<AppliedResult> next = expect(node, 2);
            node.log.add(Commands.id(2).sql("INSERT INTO t VALUES (2, 'b')").entry());

            node.restart(slot + 2);

            assertThat(AppliedNode.text(CollectedResults.get(next))).contains("INSERT 0 1");
            assertThat(node.value("SELECT string_agg(v, ',') FROM t")).isEqualTo("b");
        }
    }
}
