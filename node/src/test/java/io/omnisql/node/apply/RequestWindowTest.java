package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.sql.RequestId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestWindowTest {
    private static final long WINDOW = 500;
    private static final long SEED = Long.getLong("seed", 7);

    @Test
    void knowsExactlyTheIdsOfItsWindow() {
        var window = new RequestWindow(WINDOW);
        Map<RequestId, Long> all = new HashMap<>();
        var random = new Random(SEED);

        for (long slot = 0; slot < 20_000; slot++) {
            var id = new RequestId(random.nextInt(4), random.nextInt(40), random.nextInt(40));
            Long applied = all.get(id);
            long expected = applied != null && slot - applied <= WINDOW ? applied : RequestWindow.UNKNOWN;
            assertThat(window.slotOf(id, slot))
                    .as("-Dseed=%d slot %d", SEED, slot)
                    .isEqualTo(expected);
            if (expected == RequestWindow.UNKNOWN && random.nextInt(5) > 0) {
                window.add(id, slot);
                all.put(id, slot);
            }
        }
    }

    @Test
    void forgetsNothingBecauseItWasFilledAgainFromTheMiddle() {
        var window = new RequestWindow(WINDOW);
        window.clear();
        for (long slot = 1_000_000; slot <= 1_000_000 + WINDOW; slot++) {
            window.add(new RequestId(1, 1, slot), slot);
        }

        assertThat(window.slotOf(new RequestId(1, 1, 1_000_000), 1_000_000 + WINDOW))
                .isEqualTo(1_000_000);
    }
}
