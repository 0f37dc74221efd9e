package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalTest {
    @Test
    void whatACancelledCommandIsToldIsAlwaysSmallEnoughForTheLedger() {
        var met = new Failure(0, "XX000", null, "x".repeat(5_000), Refusal.noCopy());

        assertThat(Refusal.cancelled(met).wire()).hasSizeLessThan(CommandOutcome.SMALL_BYTES_MAX);
        assertThat(Refusal.cancelled(met).sqlState()).isEqualTo("57014");
    }
}
