package io.omnisql.client.consistency;

import io.omnisql.client.connection.SqlCall;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An operation to be done: what the history will say of it, and the SQL that does it and gives its output. */
record Call(
        Action action,
        String key,
        @Nullable String input,
        @Nullable String expected,
        SqlCall<Optional<String>> sql) {
    boolean isWrite() {
        return switch (action) {
            case READ, FINAL_READ, CONTAINS -> false;
            case WRITE, COMPARE_AND_SET, TRANSFER, ADD, APPEND -> true;
        };
    }
}
