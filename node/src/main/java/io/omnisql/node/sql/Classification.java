package io.omnisql.node.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be done with a statement, as far as its text tells. */
public sealed interface Classification {

    /** Nothing but white space and comments. */
    record Empty() implements Classification {}

    /**
     * Believed to read. It runs in a READ ONLY transaction of the client's own session; SQLSTATE 25006 says that it writes after
     * all.
     *
     * @param mayBeLogged whether it is then analysed and logged like a {@link Write}; if not (EXPLAIN ANALYZE, EXECUTE) the client
     *     gets 0A000
     * @param changesSettings whether it may change the session's settings (set_config)
     */
    record Read(boolean mayBeLogged, boolean changesSettings) implements Classification {}

    /** INSERT, UPDATE, DELETE, MERGE, or a query that contains one: through the log, once PostgreSQL's analysis found it safe. */
    record Write() implements Classification {}

    /** NOTIFY: through the log as it is; every node's PostgreSQL delivers it. */
    record Notification() implements Classification {}

    /**
     * Changes the catalog: through the log, alone in its transaction.
     *
     * @param sql the text as every replica shall execute it
     * @param analysed statements that PostgreSQL's analysis must find safe before (the query of CREATE TABLE AS, ...)
     */
    record Definition(String sql, List<String> analysed) implements Classification {
        public Definition {
            analysed = List.copyOf(analysed);
        }
    }

    /**
     * Begins, ends or describes a transaction of the client's own session.
     *
     * @param localSql the text for that session: always READ ONLY, whatever the client asked for
     */
    record TransactionControl(Act act, Access access, String localSql) implements Classification {
        /** What it does. */
        public enum Act {
            BEGIN,
            COMMIT,
            ROLLBACK,
            SAVEPOINT,
            ROLLBACK_TO,
            RELEASE,
            SET_TRANSACTION,
            SET_CHARACTERISTICS
        }

        /** Which access the client asked for. */
        public enum Access {
            UNSPECIFIED,
            READ_ONLY,
            READ_WRITE
        }
    }

    /**
     * Concerns the client's own session only.
     *
     * @param changesSettings whether settings or the role may differ afterwards, so that the envelope's must be read again
     */
    record Session(boolean changesSettings) implements Classification {}

    /**
     * One of the node's own settings, {@code omnisql.*}.
     *
     * @param name lower case, without the prefix; {@code *} for SHOW omnisql.*
     * @param value what SET gives; null for SHOW, RESET and SET ... TO DEFAULT
     */
    record OmnisqlSetting(Verb verb, String name, @Nullable String value) implements Classification {
        /** What is done with it. */
        public enum Verb {
            SHOW,
            SET,
            SET_LOCAL,
            RESET
        }
    }

    /** VACUUM, ANALYZE, ...: concerns this node's files only; runs outside any transaction, never in the log. */
    record Maintenance() implements Classification {}

    /** COPY ... TO STDOUT: a read whose result is the copy protocol's. */
    record CopyOut() implements Classification {}

    /** Not done, and why. */
    record Refused(String sqlState, String reason, String hint) implements Classification {
        /** Refused as "feature not supported". */
        static Refused unsupported(String reason, String hint) {
            return new Refused("0A000", reason, hint);
        }
    }
}
