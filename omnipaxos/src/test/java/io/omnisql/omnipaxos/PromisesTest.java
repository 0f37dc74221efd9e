package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PromisesTest {
    private static final Ballot ROUND = new Ballot(1, 2, 0, 1);
    private static final Ballot EARLIER = new Ballot(1, 1, 0, 2);

    /** They may be as large as a message can be, and a leader may lead for months. */
    @Test
    void theLogsThatCameWithPromisesAreForgottenOnceOneIsAdoptedAndTheTallyStays() {
        var promises = new Promises(3);
        Message.Promise promise =
                new Message.Promise(ROUND, EARLIER, 2, 1, new Message.LogSync(1, List.of(entry("a"))));
        promises.promised(0, new Message.Promise(ROUND, ROUND, 0, 0, null));
        promises.promised(1, promise);
        promises.become(2, Promises.State.PROMISED_HIGHER);

        promises.forgetLogs();

        assertThat(promises.promiseOf(1)).isEqualTo(new Message.Promise(ROUND, EARLIER, 2, 1, null));
        assertThat(promises.count()).isEqualTo(2);
        assertThat(promises.decidedIndexMax()).isEqualTo(1);
    }

    @Test
    void aPromiseThatComesAfterwardsBringsNoLogIntoTheTally() {
        var promises = new Promises(2);
        promises.forgetLogs();

        promises.promised(1, new Message.Promise(ROUND, EARLIER, 2, 1, new Message.LogSync(1, List.of(entry("a")))));

        assertThat(promises.promiseOf(1).sync()).isNull();
    }
}
