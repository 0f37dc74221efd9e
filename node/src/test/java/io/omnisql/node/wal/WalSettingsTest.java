package io.omnisql.node.wal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WalSettingsTest {
    @Test
    void noMoreThanAnEighthOfTheHeapWaitsForTheDisk() {
        assertThat(WalSettings.ofHeap(160L << 20).queueBytesMax()).isEqualTo(20L << 20);
        assertThat(WalSettings.ofHeap(4L << 30).queueBytesMax()).isEqualTo(256L << 20);
    }
}
