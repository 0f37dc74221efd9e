package io.omnisql.node.pgwire;

import io.omnisql.node.sql.Classification.TransactionControl;
import io.omnisql.node.sql.Classification.TransactionControl.Act;
import io.omnisql.node.sql.StatementClassifier;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's string as its own session of PostgreSQL gets it: whatever a transaction is, it is READ ONLY. That a session's default says
 * so is not enough behind a COMMIT in the middle of a string, since a function may have switched the default before it.
 */
final class LocalText {
    private static final String STAY_READ_ONLY = "SET LOCAL transaction_read_only = on";

    private final List<String> statements = new ArrayList<>();
    private final BitSet ours = new BitSet();
    private boolean isRewritten;

    private LocalText(Script script) {
        List<Classified> all = script.statements();
        for (int i = 0; i < all.size(); i++) {
            add(all.get(i));
            if (i + 1 < all.size() && needsGuard(all.get(i), all.get(i + 1))) {
                isRewritten = true;
                ours.set(statements.size());
                statements.add(STAY_READ_ONLY);
            }
        }
    }

    static LocalText of(Script script) {
        return new LocalText(script);
    }

    private void add(Classified statement) {
        String local = statement.localSql();
        isRewritten |= !local.equals(statement.sql());
        statements.add(local);
    }

    /** A BEGIN of the client's is READ ONLY itself. */
    private static boolean needsGuard(Classified statement, Classified next) {
        boolean begins = next.kind() instanceof TransactionControl control && control.act() == Act.BEGIN;
        return StatementClassifier.endsTransaction(statement.kind()) && !begins;
    }

    /** Null when it is the client's own text, unchanged. */
    @Nullable
    String sql() {
        return isRewritten ? String.join(";", statements) : null;
    }

    /** Whether PostgreSQL's completion of that number, from 0, is one that the client must not hear. */
    boolean isOurs(int completion) {
        return ours.get(completion);
    }
}
