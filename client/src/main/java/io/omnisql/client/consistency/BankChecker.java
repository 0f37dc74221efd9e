package io.omnisql.client.consistency;

import io.omnisql.client.connection.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * Money is neither made nor lost: every read shows the initial total. And none is misplaced: a balance lies between what the
 * transfers that had surely happened and those that may have happened make of it, so an acknowledged transfer that is missing
 * or done twice shows even though the total is right.
 */
final class BankChecker {
    private final int accounts;
    private final long initialBalance;

    BankChecker(int accounts, long initialBalance) {
        this.accounts = accounts;
        this.initialBalance = initialBalance;
    }

    /** Sums of money that had moved into and out of each account. */
    private static final class Flows {
        private final long[] in;
        private final long[] out;

        private Flows(long[] in, long[] out) {
            this.in = in;
            this.out = out;
        }

        private static Flows none(int accounts) {
            return new Flows(new long[accounts], new long[accounts]);
        }

        void add(Operation transfer) {
            String[] words = Objects.requireNonNull(transfer.input()).split(" ", -1);
            long amount = Long.parseLong(words[2]);
            out[Integer.parseInt(words[0])] += amount;
            in[Integer.parseInt(words[1])] += amount;
        }

        Flows copy() {
            return new Flows(in.clone(), out.clone());
        }
    }

    List<String> check(List<Operation> history, boolean readsAreLinearizable) {
        List<String> violations = new ArrayList<>();
        List<Operation> transfers = new ArrayList<>();
        List<Operation> reads = new ArrayList<>();
        for (Operation operation : history) {
            switch (operation.action()) {
                case TRANSFER -> {
                    transfers.add(operation);
                    checkRowCount(operation, violations);
                }
                case READ, FINAL_READ -> reads.add(operation);
                case WRITE, COMPARE_AND_SET, ADD, CONTAINS, APPEND ->
                    throw new IllegalArgumentException("Not a bank's: " + operation.describe());
            }
        }
        reads.removeIf(read -> !read.isOk());
        reads.removeIf(read -> isMalformed(read, violations));
        checkBalances(transfers, reads, readsAreLinearizable, violations);
        return violations;
    }

    private static void checkRowCount(Operation transfer, List<String> violations) {
        if (transfer.isOk() && !"2".equals(transfer.output())) {
            violations.add("A transfer changed other than two accounts: " + transfer.describe());
        }
    }

    private boolean isMalformed(Operation read, List<String> violations) {
        long[] balances = balances(read);
        long total = Arrays.stream(balances).sum();
        boolean negative = Arrays.stream(balances).anyMatch(balance -> balance < 0);
        if (balances.length == accounts && total == accounts * initialBalance && !negative) {
            return false;
        }
        violations.add("Total %d of %d accounts instead of %d of %d: %s"
                .formatted(total, balances.length, accounts * initialBalance, accounts, read.describe()));
        return true;
    }

    private void checkBalances(
            List<Operation> transfers, List<Operation> reads, boolean readsAreLinearizable, List<String> violations) {
        List<Operation> sure = transfers.stream().filter(Operation::isOk).toList();
        List<Operation> possible = transfers.stream()
                .filter(transfer -> transfer.outcome() != Outcome.FAILED)
                .toList();
        Map<Operation, Flows> surely = flows(sure, Operation::completedNanos, reads, read -> read.invokedNanos() - 1);
        Map<Operation, Flows> possibly = flows(possible, Operation::invokedNanos, reads, Operation::completedNanos);
        for (Operation read : reads) {
            boolean mayBeStale = read.action() == Action.READ && !readsAreLinearizable;
            Flows least = mayBeStale ? Flows.none(accounts) : Objects.requireNonNull(surely.get(read));
            checkRead(read, least, Objects.requireNonNull(possibly.get(read)), violations);
        }
    }

    private void checkRead(Operation read, Flows surely, Flows possibly, List<String> violations) {
        long[] balances = balances(read);
        for (int account = 0; account < accounts; account++) {
            long low = initialBalance + surely.in[account] - possibly.out[account];
            long high = initialBalance + possibly.in[account] - surely.out[account];
            if (balances[account] < low || balances[account] > high) {
                violations.add("Account %d cannot hold %d, only %d to %d: %s"
                        .formatted(account, balances[account], low, high, read.describe()));
            }
        }
    }

    /** For each read the sums of the transfers up to a time of it. */
    private Map<Operation, Flows> flows(
            List<Operation> transfers,
            ToLongFunction<Operation> transferTime,
            List<Operation> reads,
            ToLongFunction<Operation> readTime) {
        List<Operation> inTime = new ArrayList<>(transfers);
        inTime.sort(Comparator.comparingLong(transferTime));
        List<Operation> readsInTime = new ArrayList<>(reads);
        readsInTime.sort(Comparator.comparingLong(readTime));
        Map<Operation, Flows> flows = new HashMap<>();
        Flows sums = Flows.none(accounts);
        int next = 0;
        for (Operation read : readsInTime) {
            while (next < inTime.size() && transferTime.applyAsLong(inTime.get(next)) <= readTime.applyAsLong(read)) {
                sums.add(inTime.get(next++));
            }
            flows.put(read, sums.copy());
        }
        return flows;
    }

    private static long[] balances(Operation read) {
        String output = read.output();
        return output == null || output.isEmpty()
                ? new long[0]
                : Arrays.stream(output.split(",", -1))
                        .mapToLong(each -> Long.parseLong(each.substring(each.indexOf(':') + 1)))
                        .toArray();
    }
}
