package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.apply.Gate.Answer;
import io.omnisql.node.apply.Ruling.Sentence;
import io.omnisql.node.sql.RequestId;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTest {
    private static final Entry COMMAND =
            Commands.id(1).sql("INSERT INTO t VALUES (1)").entry();
    private static final RequestId ID = Commands.id(1).requestId();
    private static final Entry STOP_SIGN =
            new Entry.StopSign(Configuration.ofMajorities(2, List.of(new NodeId(1), new NodeId(2))));

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final ListedLog log = new ListedLog();
    private Rulings rulings = new Rulings(log);

    private Gate gate(long unsureBelow) throws IOException {
        return new Gate(new GateFile(file()), rulings, unsureBelow, nanos::get);
    }

    private Path file() {
        return folder.resolve("held-slot");
    }

    private void decide(Entry... entries) {
        for (Entry entry : entries) {
            rulings.decided(log.add(entry), List.of(entry));
        }
    }

    private static Entry ruling(long slot, Sentence sentence) {
        return new Entry.Command(new Ruling(slot, sentence).encode());
    }

    /** As the applier does with a command that takes that long. */
    private void stand(Gate gate, long slot, Duration time) throws IOException {
        gate.standAt(slot, ID);
        gate.alone(true);
        nanos.addAndGet(time.toNanos());
        gate.mark();
    }

    @Test
    void promisesNothingForACommandThatHasJustBegunAndNothingForOneThatIsOver() throws Exception {
        Gate gate = gate(0);

        assertThat(gate.hold(0)).isEqualTo(Answer.NOT_YET);
        stand(gate, 0, Gate.LONG.dividedBy(2));
        assertThat(gate.hold(0)).isEqualTo(Answer.NOT_YET);
        assertThat(gate.pass(0, 1)).isTrue();
        assertThat(gate.hold(0)).isEqualTo(Answer.PASSED);
        assertThat(gate.hold(1)).isEqualTo(Answer.NOT_YET);
        assertThat(file()).doesNotExist();
    }

    @Test
    void promisesOnlyForACommandThatIsExecutedForItself() throws Exception {
        Gate gate = gate(0);
        gate.standAt(0, ID);
        gate.alone(false);
        nanos.addAndGet(Gate.LONG.toNanos());
        gate.mark();

        assertThat(gate.hold(0)).isEqualTo(Answer.NOT_YET);
        assertThat(gate.isTooLongTogether()).isTrue();
        assertThat(gate.demandsAlone(0)).isTrue();
    }

    @Test
    void whatWasPromisedIsKeptUntilTheLogRules() throws Exception {
        decide(COMMAND);
        Gate gate = gate(0);
        stand(gate, 0, Gate.LONG);
        assertThat(gate.hold(0)).isEqualTo(Answer.HELD);

        CompletableFuture<Boolean> passing = CompletableFuture.supplyAsync(() -> passed(gate, 0));
        while (gate.waitsAt() == null) {
            Thread.onSpinWait();
        }
        assertThat(passing).isNotDone();
        decide(ruling(0, Sentence.GO_ON));
        gate.look();

        assertThat(passing).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        assertThat(file()).doesNotExist();
        assertThat(gate.hold(0)).isEqualTo(Answer.PASSED);
    }

    private static boolean passed(Gate gate, long slot) {
        try {
            return gate.pass(slot, slot + 1);
        } catch (IOException | NodeTrouble | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsCancelledDoesNotPass() throws Exception {
        decide(COMMAND, COMMAND, ruling(1, Sentence.CANCEL));
        Gate gate = gate(0);
        gate.begin(0);

        assertThat(gate.firstCancelled(0, 2)).isEqualTo(1);
        assertThat(gate.pass(0, 1)).isTrue();
        assertThat(gate.isCancelled(1)).isTrue();
        assertThat(gate.pass(1, 2)).isFalse();
        assertThat(gate.pass(0, 2)).isFalse();
    }

    @Test
    void aPromiseOutlivesTheProcess() throws Exception {
        decide(COMMAND);
        Gate before = gate(0);
        stand(before, 0, Gate.LONG);
        assertThat(before.hold(0)).isEqualTo(Answer.HELD);

        Gate after = gate(1);

        assertThat(after.demandsAlone(0)).isTrue();
        after.standAt(0, ID);
        CompletableFuture<Boolean> passing = CompletableFuture.supplyAsync(() -> passed(after, 0));
        while (after.waitsAt() == null) {
            Thread.onSpinWait();
        }
        decide(ruling(0, Sentence.CANCEL));
        after.look();
        assertThat(passing).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(false);
    }

    @Test
    void anotherSlotsMarkDoesNotTakeAPromisesPlace() throws Exception {
        decide(COMMAND, COMMAND);
        Gate before = gate(0);
        stand(before, 1, Gate.LONG);
        assertThat(before.hold(1)).isEqualTo(Answer.HELD);

        Gate after = gate(0); // PostgreSQL lost its last commits.
        stand(after, 0, Gate.LONG);

        assertThat(after.hold(0)).isEqualTo(Answer.NOT_YET);
        assertThat(after.pass(0, 1)).isTrue();
        assertThat(new GateFile(file()).read()).contains(new GateFile.Mark(1, true));
    }

    @Test
    void whatAnEarlierLifeMayHaveToldIsNotPromised() throws Exception {
        Gate gate = gate(5);
        stand(gate, 4, Gate.LONG);

        assertThat(gate.hold(4)).isEqualTo(Answer.PASSED);
    }

    @Test
    void whatAnEarlierLifeHadMarkedAndNotToldIsPromised() throws Exception {
        stand(gate(0), 4, Gate.LONG);
        Gate gate = gate(5);
        stand(gate, 4, Duration.ZERO);

        assertThat(gate.hold(4)).isEqualTo(Answer.HELD);
    }

    @Test
    void aSlotThatThisLifePassedIsNotPromisedThoughItsCommitWasLost() throws Exception {
        Gate gate = gate(0);
        gate.standAt(0, ID);
        assertThat(gate.pass(0, 1)).isTrue();
        stand(gate, 0, Gate.LONG);

        assertThat(gate.hold(0)).isEqualTo(Answer.PASSED);
    }

    @Test
    void theFirstRulingCounts() throws Exception {
        decide(COMMAND, ruling(0, Sentence.GO_ON), ruling(0, Sentence.CANCEL));
        rulings.complete(0);

        assertThat(rulings.cancels(0)).isFalse();
    }

    @Test
    void aRulingIsVoidWhenTheMembersChangedUnlessAnAdministratorAnswersForIt() throws Exception {
        decide(COMMAND, STOP_SIGN, ruling(0, Sentence.CANCEL));
        rulings.complete(0);
        assertThat(rulings.cancels(0)).isNull();

        decide(ruling(0, Sentence.CANCEL_ANYWAY));
        assertThat(rulings.cancels(0)).isTrue();
    }

    @Test
    void rulingsThatAnEarlierLifeHeardOfAreReadFromTheLog() throws Exception {
        decide(COMMAND, COMMAND, ruling(1, Sentence.GO_ON), COMMAND);
        rulings = new Rulings(log);
        rulings.decided(log.add(COMMAND), List.of(COMMAND));
        decide(ruling(1, Sentence.CANCEL), ruling(3, Sentence.CANCEL));

        rulings.complete(1);

        assertThat(rulings.cancels(1)).isFalse();
        assertThat(rulings.firstCancelled(1, 5)).isEqualTo(3);
        rulings.applied(4);
        assertThat(rulings.cancels(4)).isNull();
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        Files.writeString(file(), "slot 4 hel");

        assertThatThrownBy(() -> gate(0)).isInstanceOf(IOException.class).hasMessageContaining("is damaged");
    }

    @Test
    void aRulingIsNoCommandAndNoCommandIsARuling() {
        for (Sentence sentence : Sentence.values()) {
            assertThat(Ruling.of(new Ruling(4_711, sentence).encode())).isEqualTo(new Ruling(4_711, sentence));
        }
        assertThat(Ruling.of(((Entry.Command) COMMAND).bytes())).isNull();
        assertThat(Ruling.of(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 3})).isNull();
        assertThat(Ruling.of(new byte[0])).isNull();
    }
}
