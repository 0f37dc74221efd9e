package io.omnisql.node.apply;

import io.omnisql.node.sql.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers verdicts by the shape of statements, bounded: the oldest goes first. The caller guards it when several threads use it.
 */
final class VerdictCache {
    /** Of all keys together: a few long ones would take what thousands of usual ones do not. */
    static final int CHARACTERS_MAX = 8 << 20;

    private static final int TYPE_CHARACTERS = 20;

    private final int entriesMax;
    private long characters;
    private final Map<Key, Verdict> verdicts = new HashMap<>();
    private final Deque<Key> ages = new ArrayDeque<>();

    /** @param entriesMax bound on what is remembered; a key is about the size of its statement */
    public VerdictCache(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /**
     * What a verdict depends on.
     *
     * @param shape of the statement
     * @param types parameter types as the client declared them
     * @param role which schemas are visible depends on it
     * @param searchPath of the client's session, empty for the default
     * @param catalogVersion changes whenever a definition was applied
     */
    public record Key(String shape, List<Integer> types, String role, String searchPath, long catalogVersion) {
        public Key {
            types = List.copyOf(types);
        }

        /** About how much memory it takes. */
        private long characters() {
            return (long) shape.length() + searchPath.length() + (long) TYPE_CHARACTERS * types.size();
        }
    }

    /** The verdict on statements of this key, null when none is remembered. */
    public @Nullable Verdict get(Key key) {
        return verdicts.get(key);
    }

    /** Remembers a verdict; one of {@link Verdict.Invalid} is not worth it, for the error may be gone the next time. */
    public void put(Key key, Verdict verdict) {
        if (verdict instanceof Verdict.Invalid || verdicts.put(key, verdict) != null) {
            return;
        }
        ages.add(key);
        characters += key.characters();
        while (ages.size() > entriesMax || characters > CHARACTERS_MAX) {
            Key oldest = ages.remove();
            verdicts.remove(oldest);
            characters -= oldest.characters();
        }
    }

    /** How many verdicts are remembered. */
    public int size() {
        return verdicts.size();
    }
}
