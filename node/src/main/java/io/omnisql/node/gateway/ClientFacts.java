package io.omnisql.node.gateway;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * On whose behalf a statement runs.
 *
 * @param sessionUser the role that the client authenticated as
 * @param role its current role
 * @param settings value-affecting settings of its session that differ from the defaults, by lower-case name
 */
public record ClientFacts(String sessionUser, String role, SortedMap<String, String> settings) {
    public ClientFacts {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }
}
