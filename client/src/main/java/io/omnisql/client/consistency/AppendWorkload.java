package io.omnisql.client.consistency;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListSet;

/** Appends to lists, each element once only, and reads of whole lists: a read shows the order of all that came before. */
final class AppendWorkload implements Workload {
    private static final int LISTS_AT_A_TIME = 4;
    private static final int OPERATIONS_PER_LIST = 200;
    private static final double READ_RATIO = 0.4;
    private static final String TABLE =
            "CREATE TABLE IF NOT EXISTS check_append (key TEXT PRIMARY KEY, list TEXT NOT NULL)";
    private static final String APPEND = "INSERT INTO check_append (key, list) VALUES (?, ?) "
            + "ON CONFLICT (key) DO UPDATE SET list = check_append.list || ',' || EXCLUDED.list";
    private static final String SELECT = "SELECT list FROM check_append WHERE key = ?";

    private final String run;
    private final Set<String> keys = new ConcurrentSkipListSet<>();

    AppendWorkload(String run) {
        this.run = run;
    }

    @Override
    public List<String> setUp() {
        return List.of(TABLE);
    }

    @Override
    public Call next(long number, SplittableRandom random) {
        long block = number / (LISTS_AT_A_TIME * (long) OPERATIONS_PER_LIST);
        String key = run + "-" + (block * LISTS_AT_A_TIME + random.nextInt(LISTS_AT_A_TIME));
        String element = Long.toString(number);
        return random.nextDouble() < READ_RATIO
                ? read(Action.READ, key)
                : new Call(Action.APPEND, key, element, null, Sql.update(APPEND, key, element));
    }

    @Override
    public void ended(Operation operation) {
        keys.add(operation.key());
    }

    @Override
    public List<Call> finalReads() {
        return keys.stream().map(key -> read(Action.FINAL_READ, key)).toList();
    }

    @Override
    public List<String> violations(List<Operation> history, boolean readsAreLinearizable) {
        return AppendChecker.check(history, readsAreLinearizable);
    }

    private static Call read(Action action, String key) {
        return new Call(action, key, null, null, Sql.value(SELECT, key));
    }
}
