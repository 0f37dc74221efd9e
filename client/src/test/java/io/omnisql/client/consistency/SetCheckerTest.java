package io.omnisql.client.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SetCheckerTest {
    private static List<String> check(Histories history) {
        return SetChecker.check(history.operations(), true);
    }

    private static Histories added() {
        return new Histories().then(Action.ADD, "all", "1", "1").then(Action.ADD, "all", "2", "1");
    }

    @Test
    void acceptsASetOfAllThatWasAcknowledgedAndSomeOfWhatIsUnknown() {
        assertThat(check(added().unknown(Action.ADD, "all", "3")
                        .unknown(Action.ADD, "all", "4")
                        .failed(Action.ADD, "all", "5")
                        .then(Action.CONTAINS, "all", "2", "1")
                        .then(Action.FINAL_READ, "all", null, "1,2,4")))
                .isEmpty();
    }

    @Test
    void findsALostElement() {
        assertThat(check(added().then(Action.FINAL_READ, "all", null, "2")))
                .singleElement()
                .asString()
                .contains("Lost");
        assertThat(check(added().then(Action.FINAL_READ, "all", null, ""))).hasSize(2);
    }

    @Test
    void findsADoubledElement() {
        assertThat(check(added().then(Action.FINAL_READ, "all", null, "1,2,2"))).isNotEmpty();
        assertThat(check(added().then(Action.CONTAINS, "all", "2", "2"))).isNotEmpty();
    }

    @Test
    void findsARefusedAndAnInventedElement() {
        assertThat(check(added().failed(Action.ADD, "all", "3").then(Action.FINAL_READ, "all", null, "1,2,3")))
                .isNotEmpty();
        assertThat(check(added().then(Action.FINAL_READ, "all", null, "1,2,9"))).isNotEmpty();
    }

    @Test
    void findsAStaleLookUnlessReadsMayBeStale() {
        Histories history = added().then(Action.CONTAINS, "all", "2", "0");

        assertThat(check(history)).singleElement().asString().contains("Stale");
        assertThat(SetChecker.check(history.operations(), false)).isEmpty();
    }

    @Test
    void looksAtEveryNodesFinalState() {
        assertThat(check(added().then(Action.FINAL_READ, "all", null, "1,2").then(Action.FINAL_READ, "all", null, "1")))
                .hasSize(1);
    }
}
