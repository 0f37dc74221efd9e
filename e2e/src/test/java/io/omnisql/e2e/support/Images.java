package io.omnisql.e2e.support;

import java.util.List;

/**
 * What is tested, by the images' names.
 *
 * @param node from {@code OMNISQL_E2E_NODE_IMAGE}
 * @param postgres from {@code OMNISQL_E2E_POSTGRES_IMAGE}
 * @param operator from {@code OMNISQL_E2E_OPERATOR_IMAGE}
 */
record Images(String node, String postgres, String operator) {

    /** As {@code images/build.sh} names them unless the environment says otherwise. */
    static Images fromEnvironment() {
        return new Images(
                environment("OMNISQL_E2E_NODE_IMAGE", "omnisql/node:dev"),
                environment("OMNISQL_E2E_POSTGRES_IMAGE", "omnisql/postgres:dev"),
                environment("OMNISQL_E2E_OPERATOR_IMAGE", "omnisql/operator:dev"));
    }

    List<String> all() {
        return List.of(node, postgres, operator);
    }

    /** A manifest of this project with the images that are tested. */
    String in(String manifest) {
        return manifest.replace("omnisql/node:dev", node)
                .replace("omnisql/postgres:dev", postgres)
                .replace("omnisql/operator:dev", operator);
    }

    static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
