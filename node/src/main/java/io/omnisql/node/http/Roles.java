package io.omnisql.node.http;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where roles are kept. */
@FunctionalInterface
interface Roles {
    /** A role that may log in now; empty for all others. Blocks. Fails with {@link RequestRefused} when nobody answers. */
    Optional<Login> find(String role) throws RequestRefused;

    /**
     * A role that may log in with the right password.
     *
     * @param verifier what PostgreSQL keeps of the password
     * @param settings value-affecting settings that its sessions begin with, by lower-case name
     */
    record Login(String role, String verifier, SortedMap<String, String> settings) {
        public Login {
            settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        }
    }
}
