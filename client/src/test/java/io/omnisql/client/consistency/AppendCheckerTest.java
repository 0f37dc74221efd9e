package io.omnisql.client.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AppendCheckerTest {
    private static List<String> check(Histories history) {
        return AppendChecker.check(history.operations(), true);
    }

    private static Histories appended() {
        return new Histories().then(Action.APPEND, "k", "1", "1").then(Action.APPEND, "k", "2", "1");
    }

    @Test
    void acceptsPrefixesOfOneList() {
        assertThat(check(new Histories()
                        .then(Action.READ, "k", null, null)
                        .then(Action.APPEND, "k", "1", "1")
                        .then(Action.READ, "k", null, "1")
                        .unknown(Action.APPEND, "k", "2")
                        .then(Action.APPEND, "k", "3", "1")
                        .failed(Action.APPEND, "k", "4")
                        .then(Action.READ, "k", null, "1,3")
                        .then(Action.FINAL_READ, "k", null, "1,3,2")))
                .isEmpty();
    }

    @Test
    void findsALostElement() {
        assertThat(check(appended().then(Action.FINAL_READ, "k", null, "1"))).isNotEmpty();
    }

    @Test
    void findsADoubledElement() {
        assertThat(check(appended().then(Action.FINAL_READ, "k", null, "1,2,2")))
                .isNotEmpty();
    }

    @Test
    void findsTwoOrders() {
        var history = new Histories();
        history.at(1, 100).add(Action.APPEND, "k", "1", "1");
        history.at(1, 100).add(Action.APPEND, "k", "2", "1");
        history.then(Action.FINAL_READ, "k", null, "1,2").then(Action.FINAL_READ, "k", null, "2,1");

        assertThat(check(history)).anyMatch(each -> each.contains("Two orders"));
    }

    @Test
    void findsAnOrderAgainstRealTime() {
        assertThat(check(appended().then(Action.FINAL_READ, "k", null, "2,1")))
                .anyMatch(each -> each.contains("against time"));
    }

    @Test
    void findsAStaleReadUnlessReadsMayBeStale() {
        Histories history = appended().then(Action.READ, "k", null, "1").then(Action.FINAL_READ, "k", null, "1,2");

        assertThat(check(history)).isNotEmpty();
        assertThat(AppendChecker.check(history.operations(), false)).isEmpty();
    }

    @Test
    void findsAReadThatWentBackBehindAnEarlierOne() {
        assertThat(check(new Histories()
                        .unknown(Action.APPEND, "k", "1")
                        .then(Action.READ, "k", null, "1")
                        .then(Action.READ, "k", null, null)
                        .then(Action.FINAL_READ, "k", null, "1")))
                .anyMatch(each -> each.contains("Shorter"));
    }

    @Test
    void findsARefusedAndAnInventedElement() {
        assertThat(check(appended().failed(Action.APPEND, "k", "3").then(Action.FINAL_READ, "k", null, "1,2,3")))
                .isNotEmpty();
        assertThat(check(appended().then(Action.FINAL_READ, "k", null, "1,2,9")))
                .isNotEmpty();
    }
}
