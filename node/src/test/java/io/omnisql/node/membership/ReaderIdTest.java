package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReaderIdTest {
    private static final UUID SMALL = new UUID(0, 0);
    private static final UUID LARGE = new UUID(-1, 0);

    @Test
    void liesAboveAllMembersAndWithinJsonsNumbers() {
        assertThat(ReaderId.of(SMALL)).isEqualTo(1L << 32);
        assertThat(ReaderId.of(LARGE)).isBetween(1L << 32, (1L << 53) - 1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(ReaderId.of(UUID.randomUUID())).isBetween(1L << 32, (1L << 53) - 1);
        }
    }

    @Test
    void belongsToTheDataFolder() {
        UUID incarnation = UUID.randomUUID();

        assertThat(ReaderId.of(incarnation)).isEqualTo(ReaderId.of(incarnation));
        assertThat(ReaderId.of(incarnation)).isNotEqualTo(ReaderId.of(UUID.randomUUID()));
    }

    @Test
    void isTellable() {
        assertThat(ReaderId.is(4_294_967_295L)).isFalse();
        assertThat(ReaderId.is(4_294_967_296L)).isTrue();
    }
}
