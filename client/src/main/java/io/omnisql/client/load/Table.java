package io.omnisql.client.load;

import io.omnisql.client.connection.Attempt;
import io.omnisql.client.connection.NodeSession;
import java.io.IOException;
import java.sql.Statement;

/** Creates tables that several clients may want at the same moment. */
final class Table {
    private static final int ATTEMPTS_MAX = 10;

    private Table() {}

    /**
     * Runs {@code CREATE TABLE IF NOT EXISTS …}, again if need be: two at once may collide in PostgreSQL's catalog.
     *
     * @throws IOException it could not be created
     */
    static void create(NodeSession session, String name, String ddl) throws IOException {
        String reason = "";
        for (int i = 0; i < ATTEMPTS_MAX; i++) {
            Attempt<Boolean> attempt = session.write(name + "-ddl-" + System.nanoTime(), connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.execute(ddl);
                }
            });
            switch (attempt) {
                case Attempt.Done<Boolean> _ -> {
                    return;
                }
                case Attempt.Failed<Boolean>(var state, var why) -> reason = state + " " + why;
                case Attempt.Unknown<Boolean>(var state, var why) -> reason = state + " " + why;
            }
        }
        throw new IOException("Table " + name + " could not be created: " + reason);
    }
}
