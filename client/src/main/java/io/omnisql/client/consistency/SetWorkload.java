package io.omnisql.client.consistency;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Inserts of elements that occur once only, into a table that would hold them twice, and looks for acknowledged ones. */
final class SetWorkload implements Workload {
    private static final double LOOK_RATIO = 0.3;
    private static final String ALL = "all";
    // No unique constraint: it would hide an insert that is done twice.
    private static final String TABLE =
            "CREATE TABLE IF NOT EXISTS check_set (run TEXT NOT NULL, element BIGINT NOT NULL)";
    private static final String INDEX = "CREATE INDEX IF NOT EXISTS check_set_element ON check_set (run, element)";
    private static final String INSERT = "INSERT INTO check_set (run, element) VALUES (?, ?)";
    private static final String COUNT = "SELECT count(*) FROM check_set WHERE run = ? AND element = ?";
    private static final String ELEMENTS = "SELECT element FROM check_set WHERE run = ? ORDER BY element";

    private final String run;
    private final AtomicLong lastAdded = new AtomicLong(-1);

    SetWorkload(String run) {
        this.run = run;
    }

    @Override
    public List<String> setUp() {
        return List.of(TABLE, INDEX);
    }

    @Override
    public Call next(long number, SplittableRandom random) {
        long added = lastAdded.get();
        return added >= 0 && random.nextDouble() < LOOK_RATIO
                ? new Call(Action.CONTAINS, ALL, Long.toString(added), null, Sql.value(COUNT, run, added))
                : new Call(Action.ADD, ALL, Long.toString(number), null, Sql.update(INSERT, run, number));
    }

    /** The latest acknowledged element is the one that a stale read is likeliest to miss. */
    @Override
    public void ended(Operation operation) {
        if (operation.action() == Action.ADD && operation.isOk() && operation.input() != null) {
            lastAdded.set(Long.parseLong(operation.input()));
        }
    }

    @Override
    public List<Call> finalReads() {
        return List.of(new Call(Action.FINAL_READ, ALL, null, null, Sql.column(ELEMENTS, run)));
    }

    @Override
    public List<String> violations(List<Operation> history, boolean readsAreLinearizable) {
        return SetChecker.check(history, readsAreLinearizable);
    }
}
