package io.omnisql.omnipaxos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcceptedIndexesTest {

    /** R11: the quorum's index is found even when the last to tell reached further than it. */
    @Test
    void whatAQuorumReachedIsChosenWhoeverToldLast() {
        AcceptedIndexes indexes = new AcceptedIndexes(5, 3);

        indexes.raise(0, 12);
        indexes.raise(1, 8);
        indexes.raise(2, 10);

        assertThat(indexes.chosenIndex()).isEqualTo(8);
    }

    @Test
    void aLateAcknowledgementOfLessTakesNothingBack() {
        AcceptedIndexes indexes = new AcceptedIndexes(1, 1);

        indexes.raise(0, 12);
        indexes.raise(0, 8);

        assertThat(indexes.chosenIndex()).isEqualTo(12);
    }
}
