package io.omnisql.node.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerReadIndexesTest {
    private static final int WAITING_MAX = 3;
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);

    private record Question(NodeId member, CompletableFuture<byte[]> answer) {
        void answer(long readIndex) {
            answer.complete(ByteBuffer.allocate(Long.BYTES).putLong(readIndex).array());
        }

        void fail() {
            answer.completeExceptionally(new IOException("no link"));
        }
    }

    private final List<Question> questions = new ArrayList<>();
    private final List<ReadOutcome> told = new ArrayList<>();
    private final List<Long> askedOfCore = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong(100);
    private List<NodeId> members = List.of(ONE, TWO);
    private boolean isCoreFull;
    private final PeerReadIndexes readIndexes = new PeerReadIndexes(
            ids::incrementAndGet,
            id -> askedOfCore.add(id) && !isCoreFull,
            new PeerReadIndexes.Asked(
                    (peer, kind, payload, timeout) -> {
                        var question = new Question(peer, new CompletableFuture<>());
                        questions.add(question);
                        return question.answer;
                    },
                    () -> members,
                    told::add),
            WAITING_MAX);

    @Test
    void readsThatComeMeanwhileShareTheNextQuestion() {
        assertThat(readIndexes.ask(1)).isTrue();
        assertThat(readIndexes.ask(2)).isTrue();
        assertThat(readIndexes.ask(3)).isTrue();
        assertThat(questions).hasSize(1);

        questions.getFirst().answer(7);
        assertThat(told).containsExactly(new ReadOutcome.Ready(1, 7));
        assertThat(questions).hasSize(2);

        questions.getLast().answer(9);
        assertThat(told)
                .containsExactly(new ReadOutcome.Ready(1, 7), new ReadOutcome.Ready(2, 9), new ReadOutcome.Ready(3, 9));
        assertThat(questions).hasSize(2);
    }

    @Test
    void afterAFailureAnotherMemberIsAskedUntilThatFails() {
        assertThat(readIndexes.ask(1)).isTrue();
        questions.getFirst().fail();
        assertThat(told).containsExactly(new ReadOutcome.Failed(1));

        for (long read = 2; read < 4; read++) {
            assertThat(readIndexes.ask(read)).isTrue();
            questions.getLast().answer(5);
        }
        assertThat(questions).extracting(Question::member).containsExactly(ONE, TWO, TWO);
    }

    @Test
    void aMemberLessAndNoMemberAtAllAreNoTrouble() {
        assertThat(readIndexes.ask(1)).isTrue();
        questions.getLast().fail();
        members = List.of(TWO);
        assertThat(readIndexes.ask(2)).isTrue();
        questions.getLast().answer(5);

        members = List.of();
        assertThat(readIndexes.ask(3)).isTrue();
        assertThat(told)
                .containsExactly(new ReadOutcome.Failed(1), new ReadOutcome.Ready(2, 5), new ReadOutcome.Failed(3));
    }

    @Test
    void aMalformedAnswerIsNone() {
        assertThat(readIndexes.ask(1)).isTrue();
        questions.getFirst().answer.complete(new byte[3]);

        assertThat(told).containsExactly(new ReadOutcome.Failed(1));
    }

    @Test
    void noMoreWaitThanMay() {
        for (long read = 1; read <= 1 + WAITING_MAX; read++) {
            assertThat(readIndexes.ask(read)).isTrue();
        }

        assertThat(readIndexes.ask(9)).isFalse();
    }

    @Test
    void aMemberAnswersWhatItsOwnCoreVouchesFor() {
        CompletionStage<byte[]> answer = readIndexes.answer();
        assertThat(askedOfCore).containsExactly(101L);
        assertThat(answer).isNotDone();

        assertThat(readIndexes.ended(new ReadOutcome.Ready(55, 3)))
                .as("a read of its own")
                .isFalse();
        assertThat(readIndexes.ended(new ReadOutcome.Ready(101, 42))).isTrue();

        assertThat(answer)
                .isCompletedWithValueMatching(bytes -> ByteBuffer.wrap(bytes).getLong() == 42);
        assertThat(readIndexes.ended(new ReadOutcome.Ready(101, 42)))
                .as("it was answered")
                .isFalse();
    }

    @Test
    void aMemberWithoutALeaderOrWithTooMuchToDoFails() {
        CompletionStage<byte[]> first = readIndexes.answer();
        assertThat(readIndexes.ended(new ReadOutcome.Failed(101))).isTrue();
        isCoreFull = true;
        CompletionStage<byte[]> second = readIndexes.answer();

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
    }

    @Test
    void aMemberTakesNoMoreQuestionsUpThanItMay() {
        List<CompletionStage<byte[]>> taken = new ArrayList<>();
        for (int question = 0; question < WAITING_MAX; question++) {
            taken.add(readIndexes.answer());
        }

        assertThat(readIndexes.answer()).isCompletedExceptionally();
        assertThat(taken).noneMatch(answer -> answer.toCompletableFuture().isDone());
    }
}
