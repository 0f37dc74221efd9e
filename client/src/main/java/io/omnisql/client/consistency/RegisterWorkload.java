package io.omnisql.client.consistency;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads, writes and compare-and-sets of registers, each value written once only.
 */
final class RegisterWorkload implements Workload {
    private static final int REGISTERS_AT_A_TIME = 4;
    private static final int OPERATIONS_PER_REGISTER = 100;
    private static final double READ_RATIO = 0.5;
    private static final String TABLE = "CREATE TABLE IF NOT EXISTS check_register (key TEXT PRIMARY KEY, value TEXT)";
    private static final String SELECT = "SELECT value FROM check_register WHERE key = ?";
    private static final String UPSERT = "INSERT INTO check_register (key, value) VALUES (?, ?) "
            + "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value";
    private static final String COMPARE_AND_SET = "UPDATE check_register SET value = ? WHERE key = ? AND value = ?";

    private final FreshKeys keys;
    private final Map<String, String> lastSeen = new ConcurrentHashMap<>();

    RegisterWorkload(String run) {
        keys = new FreshKeys(run, REGISTERS_AT_A_TIME, OPERATIONS_PER_REGISTER, SELECT);
    }

    @Override
    public List<String> setUp() {
        return List.of(TABLE);
    }

    @Override
    public Call next(long number, SplittableRandom random) {
        String key = keys.next(number, random);
        if (random.nextDouble() < READ_RATIO) {
            return keys.read(key);
        }
        String value = "v" + number;
        String expected = lastSeen.get(key);
        return expected == null || random.nextBoolean()
                ? new Call(Action.WRITE, key, value, null, Sql.update(UPSERT, key, value))
                : new Call(
                        Action.COMPARE_AND_SET,
                        key,
                        value,
                        expected,
                        Sql.updateIfAny(COMPARE_AND_SET, value, key, expected));
    }

    @Override
    public void ended(Operation operation) {
        keys.used(operation.key());
        boolean isRead = operation.action() == Action.READ;
        String seen = isRead ? operation.output() : operation.input();
        if (seen != null && operation.isOk() && !"false".equals(operation.output())) {
            lastSeen.put(operation.key(), seen);
        }
    }

    @Override
    public List<Call> finalReads() {
        return keys.finalReads();
    }

    @Override
    public List<String> violations(List<Operation> history, boolean readsAreLinearizable) {
        return RegisterChecker.check(history, readsAreLinearizable);
    }
}
