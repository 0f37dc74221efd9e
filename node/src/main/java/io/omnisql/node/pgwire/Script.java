package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.sql.Classification;
import io.omnisql.node.sql.SqlStatement;
import io.omnisql.node.sql.StatementClassifier;
import io.omnisql.node.sql.StatementSplitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client's text: one statement or many, each with its class. */
record Script(String sql, List<Classified> statements) {
    private static final int STATEMENT_BYTES = 512;
    private static final int TOKEN_BYTES = 16;

    Script {
        statements = List.copyOf(statements);
    }

    /** Cuts and classifies. What {@code knownWriters} names turned out to write before, whatever it looks like. */
    static Script of(String sql, Predicate<String> knownWriters) {
        List<Classified> statements = new ArrayList<>();
        for (SqlStatement statement : StatementSplitter.split(sql)) {
            Classification kind = StatementClassifier.classify(statement);
            boolean writes = kind instanceof Classification.Read read
                    && read.mayBeLogged()
                    && knownWriters.test(statement.sql());
            statements.add(new Classified(statement, writes ? new Classification.Write() : kind));
        }
        return new Script(sql, statements);
    }

    /** About how much memory it takes: its text twice, for most statements have a copy of their own, and its tokens. */
    long bytes() {
        long bytes = 2L * sql.length();
        for (Classified statement : statements) {
            bytes += STATEMENT_BYTES
                    + (long) TOKEN_BYTES * statement.statement().tokens().size();
        }
        return bytes;
    }

    /** The only statement, or null when there are several. */
    @Nullable
    Classified only() {
        return statements.size() == 1 ? statements.getFirst() : null;
    }

    /** Why nothing of it is done; null when all is. */
    @Nullable
    SqlError refusal() {
        return statements.stream()
                .map(Classified::refusal)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Why its writes cannot be one entry of the log; null when they can. */
    @Nullable
    SqlError mixture() {
        for (Classified statement : statements) {
            if (!statement.isLoggable()) {
                return SqlError.withHint(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        statement.verb() + " cannot stand in one string with a write",
                        "Send it alone. The writes of one string are atomic without BEGIN and COMMIT.");
            }
        }
        return null;
    }

    boolean isLogged() {
        return statements.stream().anyMatch(Classified::isLogged);
    }

    boolean readsTables() {
        return statements.stream().anyMatch(Classified::readsTables);
    }

    boolean isPortable() {
        return statements.stream().allMatch(Classified::isPortable);
    }

    boolean changesSettings() {
        return statements.stream().anyMatch(Classified::changesSettings);
    }
}
