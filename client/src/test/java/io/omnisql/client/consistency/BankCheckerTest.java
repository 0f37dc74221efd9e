package io.omnisql.client.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BankCheckerTest {
    private static List<String> check(Histories history) {
        return new BankChecker(3, 100).check(history.operations(), true);
    }

    private static Histories transferred() {
        return new Histories().then(Action.TRANSFER, "all", "0 1 30", "2");
    }

    @Test
    void acceptsBalancesThatFollowFromTheTransfers() {
        assertThat(check(transferred().then(Action.READ, "all", null, "0:70,1:130,2:100")))
                .isEmpty();
    }

    @Test
    void findsMoneyThatIsLost() {
        assertThat(check(transferred().then(Action.READ, "all", null, "0:70,1:100,2:100")))
                .singleElement()
                .asString()
                .contains("Total 270");
    }

    @Test
    void findsAMissingAccount() {
        assertThat(check(transferred().then(Action.FINAL_READ, "all", null, "0:70,1:230")))
                .isNotEmpty();
    }

    @Test
    void findsAnAcknowledgedTransferThatIsMissing() {
        assertThat(check(transferred().then(Action.FINAL_READ, "all", null, "0:100,1:100,2:100")))
                .anyMatch(each -> each.contains("Account 0 cannot hold 100"));
    }

    @Test
    void findsATransferThatWasDoneTwice() {
        assertThat(check(transferred().then(Action.FINAL_READ, "all", null, "0:40,1:160,2:100")))
                .isNotEmpty();
    }

    @Test
    void findsAStaleReadUnlessReadsMayBeStale() {
        Histories history = transferred().then(Action.READ, "all", null, "0:100,1:100,2:100");

        assertThat(check(history)).isNotEmpty();
        assertThat(new BankChecker(3, 100).check(history.operations(), false)).isEmpty();
    }

    @Test
    void acceptsEitherOutcomeOfAnUnknownTransferButNoThird() {
        assertThat(check(new Histories()
                        .unknown(Action.TRANSFER, "all", "0 1 30")
                        .then(Action.FINAL_READ, "all", null, "0:70,1:130,2:100")))
                .isEmpty();
        assertThat(check(new Histories()
                        .unknown(Action.TRANSFER, "all", "0 1 30")
                        .then(Action.FINAL_READ, "all", null, "0:100,1:100,2:100")))
                .isEmpty();
        assertThat(check(new Histories()
                        .unknown(Action.TRANSFER, "all", "0 1 30")
                        .then(Action.FINAL_READ, "all", null, "0:40,1:160,2:100")))
                .isNotEmpty();
    }

    @Test
    void findsARefusedTransferThatTookEffect() {
        assertThat(check(new Histories()
                        .failed(Action.TRANSFER, "all", "0 1 30")
                        .then(Action.FINAL_READ, "all", null, "0:70,1:130,2:100")))
                .isNotEmpty();
    }

    @Test
    void findsATransferOfHalf() {
        assertThat(check(new Histories().then(Action.TRANSFER, "all", "0 1 30", "1")))
                .isNotEmpty();
    }
}
