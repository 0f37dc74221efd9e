package io.omnisql.client.consistency;

import java.util.List;
import java.util.SplittableRandom;

/** Accounts, transfers between two of them in one statement, and reads of all balances. */
final class BankWorkload implements Workload {
    static final int ACCOUNTS = 8;
    static final long INITIAL_BALANCE = 100;
    private static final int AMOUNT_MAX = 20;
    private static final double READ_RATIO = 0.3;
    private static final String ALL = "all";
    // The constraint refuses a transfer of money that is not there; a refusal has no effect.
    private static final String TABLE = "CREATE TABLE IF NOT EXISTS check_bank (run TEXT, account INT, "
            + "balance BIGINT NOT NULL CHECK (balance >= 0), PRIMARY KEY (run, account))";
    private static final String TRANSFER =
            "UPDATE check_bank SET balance = balance + CASE account WHEN ? THEN -? ELSE ? "
                    + "END WHERE run = ? AND account IN (?, ?)";
    private static final String BALANCES =
            "SELECT account || ':' || balance FROM check_bank WHERE run = ? ORDER BY account";

    private final String run;

    BankWorkload(String run) {
        this.run = run;
    }

    @Override
    public List<String> setUp() {
        StringBuilder rows = new StringBuilder("INSERT INTO check_bank (run, account, balance) VALUES ");
        for (int account = 0; account < ACCOUNTS; account++) {
            rows.append(account == 0 ? "" : ", ").append("('%s', %d, %d)".formatted(run, account, INITIAL_BALANCE));
        }
        return List.of(TABLE, rows.append(" ON CONFLICT DO NOTHING").toString());
    }

    @Override
    public Call next(long number, SplittableRandom random) {
        return random.nextDouble() < READ_RATIO ? read(Action.READ) : transfer(random);
    }

    @Override
    public void ended(Operation operation) {
        // The next transfer depends on chance alone.
    }

    @Override
    public List<Call> finalReads() {
        return List.of(read(Action.FINAL_READ));
    }

    @Override
    public List<String> violations(List<Operation> history, boolean readsAreLinearizable) {
        return new BankChecker(ACCOUNTS, INITIAL_BALANCE).check(history, readsAreLinearizable);
    }

    private Call transfer(SplittableRandom random) {
        int from = random.nextInt(ACCOUNTS);
        int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        long amount = 1L + random.nextInt(AMOUNT_MAX);
        return new Call(
                Action.TRANSFER,
                ALL,
                from + " " + to + " " + amount,
                null,
                Sql.update(TRANSFER, from, amount, amount, run, from, to));
    }

    private Call read(Action action) {
        return new Call(action, ALL, null, null, Sql.column(BALANCES, run));
    }
}
