package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReplicatedLogTest {
    private static final Ballot NONE = Ballot.none(1);

    private final ReplicatedLog log = new ReplicatedLog(
            1, new DurableState(null, NONE, NONE, 1, 0, 0, List.of(entry("a"), entry("b"), entry("c"))));

    @Test
    void manyChangesBecomeOneWriteFromTheLowestSlotThatChanged() {
        log.append(entry("d"));
        log.replaceFrom(1, List.of(entry("x")));
        log.append(entry("y"));

        LogWrite.AppendEntries write = log.takeChange();

        assertThat(write).isEqualTo(new LogWrite.AppendEntries(1, List.of(entry("x"), entry("y"))));
        assertThat(log.isChanged()).isFalse();
    }

    @Test
    void aMereCutIsAWriteToo() {
        log.replaceFrom(2, List.of());

        assertThat(log.takeChange()).isEqualTo(new LogWrite.AppendEntries(2, List.of()));
    }

    @Test
    void decidedEntriesNeverChange() {
        assertThatThrownBy(() -> log.replaceFrom(0, List.of())).isInstanceOf(InvariantViolation.class);
    }

    @Test
    void nothingBeyondTheEndIsDecidedAndNothingIsUndecided() {
        log.raiseDecided(2);
        log.raiseDecided(1);

        assertThat(log.decidedIndex()).isEqualTo(2);
        assertThatThrownBy(() -> log.raiseDecided(4)).isInstanceOf(InvariantViolation.class);
    }

    @Test
    void whatIsUndecidedIsWeighedThroughAllChanges() {
        long each = entry("a").sizeBytes();
        assertThat(log.undecidedBytes()).isEqualTo(2 * each);

        log.append(entry("d"));
        assertThat(log.undecidedBytes()).isEqualTo(3 * each);
        log.replaceFrom(2, List.of(entry("x")));
        assertThat(log.undecidedBytes()).isEqualTo(2 * each);
        log.raiseDecided(2);
        log.forget(2, 0);
        assertThat(log.undecidedBytes()).isEqualTo(each);
        log.beginAt(3);
        assertThat(log.undecidedBytes()).isZero();
        log.append(entry("e"));
        log.beginAt(10);
        assertThat(log.undecidedBytes()).isZero();
    }

    @Test
    void theOldestEntriesAreForgottenOnlyBelowTheGivenIndexAndOnlyWhenMemoryIsShort() {
        log.raiseDecided(3);
        log.forget(3, 1_000);
        long withRoom = log.retainedFrom();
        log.forget(2, 0);

        assertThat(withRoom).isZero();
        assertThat(log.retainedFrom()).isEqualTo(2);
        assertThat(log.entry(2)).isEqualTo(entry("c"));
        assertThatThrownBy(() -> log.entry(1)).isInstanceOf(InvariantViolation.class);
    }

    @Tag("reference-defect-7")
    @Test
    void compactedEntriesAreGoneFromMemoryToo() {
        log.raiseDecided(3);
        log.compact(2);
        log.compact(1);

        assertThat(log.compactedIndex()).isEqualTo(2);
        assertThat(log.retainedFrom()).isEqualTo(2);
        assertThatThrownBy(() -> log.entry(1)).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> log.compact(4)).isInstanceOf(InvariantViolation.class);
    }

    @Test
    void aStateThatEndsWithinTheLogKeepsWhatLiesBeyond() {
        log.beginAt(2);

        assertThat(log.decidedIndex()).isEqualTo(2);
        assertThat(log.entries(2, 3)).containsExactly(entry("c"));
        assertThat(log.isChanged()).isFalse();
    }

    @Test
    void aStateBeyondTheLogLeavesAnEmptyOneThatAlsoCutsTheDisk() {
        log.beginAt(9);
        log.append(entry("x"));

        assertThat(log.takeChange()).isEqualTo(new LogWrite.AppendEntries(9, List.of(entry("x"))));
        assertThat(log.compactedIndex()).isEqualTo(9);
        assertThat(log.acceptedIndex()).isEqualTo(10);
        assertThatThrownBy(() -> log.beginAt(9)).isInstanceOf(InvariantViolation.class);
    }

    @Test
    void theWindowMovesOnThroughALongLog() {
        for (int i = 3; i < 1_000; i++) {
            log.append(entry("e" + i));
            log.raiseDecided(i);
            log.forget(i, 500);
        }

        assertThat(log.acceptedIndex()).isEqualTo(1_000);
        assertThat(log.entry(999)).isEqualTo(entry("e999"));
        assertThat(log.entries(log.retainedFrom(), 1_000)).hasSizeBetween(10, 20);
    }
}
