package io.omnisql.node.pgwire;

import java.util.LinkedHashMap;
import java.util.Map;

/** Statements that look like reads but turned out to write (they call a function that does). Bounded, thread-safe. */
final class KnownWriters {
    private static final int COUNT_MAX = 1_000;
    private static final int LENGTH_MAX = 10_000;

    private final Map<String, Boolean> statements = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > COUNT_MAX;
        }
    };
    private volatile boolean isEmpty = true;

    void add(String sql) {
        if (sql.length() > LENGTH_MAX) {
            return;
        }
        synchronized (statements) {
            statements.put(sql, Boolean.TRUE);
        }
        isEmpty = false;
    }

    boolean contains(String sql) {
        if (isEmpty || sql.length() > LENGTH_MAX) {
            return false;
        }
        synchronized (statements) {
            return statements.get(sql) != null;
        }
    }
}
