package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitsTest {
    /** The smallest heap that a node is shipped with is less than what one queue could once hold. */
    @Test
    void noQueueTakesMoreThanAnEighthOfTheHeap() {
        assertThat(Limits.shareOfHeap(256L << 20, 160L << 20)).isEqualTo(20L << 20);
        assertThat(Limits.shareOfHeap(64L << 20, 4L << 30)).isEqualTo(64L << 20);
    }
}
