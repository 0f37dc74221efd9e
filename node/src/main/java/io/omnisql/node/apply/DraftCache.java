package io.omnisql.node.apply;

import io.omnisql.node.sql.StatementDraft;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Drafts of statements with parameters, by their text: such texts come again and again, those with literals hardly ever. A draft
 * depends on the text alone. Bounded; the least recently used goes first. Thread-safe.
 */
final class DraftCache {
    private static final int TEXTS_MAX = 1_024;
    private static final int TEXT_LENGTH_MAX = 8 << 10;
    private static final float LOAD = 0.75f;

    private final Map<String, StatementDraft> drafts = new LinkedHashMap<>(TEXTS_MAX, LOAD, true);

    synchronized @Nullable StatementDraft get(String sql) {
        return drafts.get(sql);
    }

    synchronized void put(String sql, StatementDraft draft) {
        if (sql.length() > TEXT_LENGTH_MAX || draft.isDefinition()) {
            return;
        }
        drafts.put(sql, draft);
        if (drafts.size() > TEXTS_MAX) {
            drafts.remove(drafts.keySet().iterator().next());
        }
    }
}
