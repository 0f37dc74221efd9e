package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.sql.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictCacheTest {
    @Test
    void remembersVerdictsUpToItsBound() {
        VerdictCache cache = new VerdictCache(2);
        List<VerdictCache.Key> keys = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            keys.add(new VerdictCache.Key("shape " + i, List.of(23), "role", "", 1));
            cache.put(keys.get(i), new Verdict.Safe(false, List.of()));
        }
        cache.put(keys.get(0), new Verdict.Invalid("42P01", "not there yet"));

        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.get(keys.get(0))).isNull();
        assertThat(cache.get(keys.get(2))).isEqualTo(new Verdict.Safe(false, List.of()));
        assertThat(cache.get(new VerdictCache.Key("shape 2", List.of(23), "role", "", 2)))
                .isNull();
    }

    /** Statements of some hundred kilobytes each, no two of one shape, would fill a small heap. */
    @Test
    void longShapesAreForgottenSooner() {
        VerdictCache cache = new VerdictCache(100);
        String half = "x".repeat(VerdictCache.CHARACTERS_MAX / 2 - 100);
        List<VerdictCache.Key> keys = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            keys.add(new VerdictCache.Key(half + i, List.of(23), "role", "", 1));
            cache.put(keys.get(i), new Verdict.Safe(false, List.of()));
        }

        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.get(keys.get(0))).isNull();
        assertThat(cache.get(keys.get(2))).isNotNull();
    }
}
