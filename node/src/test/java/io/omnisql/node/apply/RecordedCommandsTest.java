package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.sql.RequestId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedCommandsTest {
    private static final StatementResult INSERTED = new StatementResult(new byte[] {'C', 1}, null);
    private static final StatementResult FAILED = new StatementResult(new byte[] {'E', 2}, "23505");

    private static CommandOutcome outcome(long sequence, boolean isKeyed, StatementResult... results) {
        return new CommandOutcome(new RequestId(1, 2, sequence), sequence, List.of(results), 0, isKeyed);
    }

    @Test
    void givesBackWhatItTook() {
        byte[] packed = RecordedCommands.encode(List.of(
                outcome(1, false, INSERTED),
                outcome(2, false, INSERTED),
                outcome(3, false, INSERTED, FAILED),
                outcome(4, false, INSERTED)));

        assertThat(RecordedCommands.ids(packed)).extracting(RequestId::sequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(RecordedCommands.results(packed, 1).getFirst().wire()).isEqualTo(INSERTED.wire());
        assertThat(RecordedCommands.results(packed, 2))
                .extracting(StatementResult::sqlState)
                .containsExactly(null, "23505");
        assertThat(RecordedCommands.results(packed, 3)).hasSize(1);
    }

    @Test
    void keepsLargeResultsOnlyForClientsThatGaveAKey() {
        var large = new StatementResult(new byte[10_000], null);

        byte[] packed = RecordedCommands.encode(List.of(outcome(1, false, large), outcome(2, true, large)));

        assertThat(RecordedCommands.results(packed, 0)).isEmpty();
        assertThat(RecordedCommands.results(packed, 1).getFirst().wire()).hasSize(10_000);
    }
}
