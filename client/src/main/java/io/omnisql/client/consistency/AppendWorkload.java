package io.omnisql.client.consistency;

import java.util.List;
import java.util.SplittableRandom;

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

    private final FreshKeys keys;

    AppendWorkload(String run) {
        keys = new FreshKeys(run, LISTS_AT_A_TIME, OPERATIONS_PER_LIST, SELECT);
    }

    @Override
    public List<String> setUp() {
        return List.of(TABLE);
    }

    @Override
    public Call next(long number, SplittableRandom random) {
        String key = keys.next(number, random);
        String element = Long.toString(number);
        return random.nextDouble() < READ_RATIO
                ? keys.read(key)
                : new Call(Action.APPEND, key, element, null, Sql.update(APPEND, key, element));
    }

    @Override
    public void ended(Operation operation) {
        keys.used(operation.key());
    }

    @Override
    public List<Call> finalReads() {
        return keys.finalReads();
    }

    @Override
    public List<String> violations(List<Operation> history, boolean readsAreLinearizable) {
        return AppendChecker.check(history, readsAreLinearizable);
    }
}
