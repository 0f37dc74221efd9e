package io.omnisql.node;

import io.omnisql.node.apply.DatabaseBootstrap;
import io.omnisql.node.postgres.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The role that a new cluster starts with.
 *
 * @param name as PostgreSQL knows it, not quoted
 */
record FirstRole(String name) {
    private static final String KEY = "omnisql.bootstrap.role";
    private static final int NAME_BYTES_MAX = 63;
    private static final List<String> RESERVED = List.of("public", "none");

    /** Refuses with the key's name what PostgreSQL or OmniSQL could not live with. */
    FirstRole {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
            throw new IllegalArgumentException(KEY + ": a role's name has 1 to " + NAME_BYTES_MAX + " bytes");
        }
        if (name.equals(DatabaseBootstrap.SCHEMA_NAME)) {
            throw new IllegalArgumentException(
                    KEY + ": '" + name + "' is the name of the node's own schema, which \"$user\" in"
                            + " search_path would then put before public; choose another name");
        }
        if (RESERVED.contains(name) || name.startsWith("pg_") || name.equals(EmbeddedPostgres.SUPERUSER)) {
            throw new IllegalArgumentException(KEY + ": '" + name + "' is reserved; choose another name");
        }
    }

    static FirstRole of(NodeConfig config) {
        return new FirstRole(config.bootstrap().role());
    }
}
