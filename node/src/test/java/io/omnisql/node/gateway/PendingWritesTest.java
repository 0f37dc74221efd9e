package io.omnisql.node.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.sql.RequestId;
import io.omnisql.omnipaxos.Entry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PendingWritesTest {
    private static final RequestId ID = new RequestId(1, 2, 3);
    private static final AppliedResult RESULT = new AppliedResult(7, 8, List.of());

    private final PendingWrites pending = new PendingWrites(Runnable::run);
    private final AtomicBoolean isGivenUp = new AtomicBoolean();
    private final WaitingSession session = new WaitingSession() {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public boolean hasGivenUp() {
            return isGivenUp.get();
        }
    };

    private PendingWrite registered(@Nullable WaitingSession session) {
        var write = new PendingWrite(ID, new Entry.Command(new byte[] {1}), Long.MAX_VALUE, session);
        assertThat(pending.register(write)).isNull();
        return write;
    }

    @Test
    void aSessionHearsOfItsWriteAsSoonAsItIsCertain() {
        PendingWrite write = registered(session);

        pending.executed(ID, RESULT);

        assertThat(write.outcome).isCompletedWithValue(new WriteOutcome.Applied(RESULT));
        assertThat(pending.isAwaited(ID)).isFalse();
    }

    @Test
    void isGivenUpWhileItsSessionDoesNotWantItAnyMore() {
        PendingWrite _ = registered(session);

        assertThat(pending.isGivenUp(ID)).isFalse();
        isGivenUp.set(true);
        assertThat(pending.isGivenUp(ID)).isTrue();
        pending.applied(ID, RESULT);
        assertThat(pending.isGivenUp(ID)).isFalse();
    }

    @Test
    void whoIsNoSessionHearsOfItWhenItShows() {
        PendingWrite write = registered(null);

        pending.executed(ID, RESULT);
        assertThat(write.outcome).isNotDone();
        assertThat(pending.isAwaited(ID)).isTrue();

        pending.applied(ID, RESULT);
        assertThat(write.outcome).isCompletedWithValue(new WriteOutcome.Applied(RESULT));
    }

    @Test
    void theSecondNewsOfAWriteIsForNobody() {
        PendingWrite write = registered(session);

        pending.executed(ID, RESULT);
        pending.applied(ID, new AppliedResult(9, 10, List.of()));

        assertThat(write.outcome).isCompletedWithValue(new WriteOutcome.Applied(RESULT));
        assertThat(pending.size()).isZero();
    }
}
