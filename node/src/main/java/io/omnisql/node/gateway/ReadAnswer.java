package io.omnisql.node.gateway;

import java.util.List;

/** What became of a read that another node may have executed. */
public sealed interface ReadAnswer {
    /** One result for each statement up to and with the first that failed. */
    record Results(List<StatementResult> results) implements ReadAnswer {
        public Results {
            results = List.copyOf(results);
        }
    }

    /** No leader answered in time. */
    record Refused(SqlError error) implements ReadAnswer {}
}
