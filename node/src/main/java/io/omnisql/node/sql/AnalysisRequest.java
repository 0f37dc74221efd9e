package io.omnisql.node.sql;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A statement whose determinism PostgreSQL's own analysis shall tell.
 *
 * @param shape key of what was found: statements of one shape get one verdict
 * @param statements what is analysed, rewritten already; normally one
 * @param parameterTypes type OIDs as declared by the client, 0 where PostgreSQL shall infer
 * @param settings value-affecting settings of the client's session, search_path among them
 * @param before definitions of the same command that come before the statement and that it may need. They are executed, and rolled
 *     back, with the client's own rights: a verdict that needed them must not be remembered
 */
public record AnalysisRequest(
        String shape,
        List<String> statements,
        List<Integer> parameterTypes,
        String role,
        SortedMap<String, String> settings,
        List<String> before) {
    public AnalysisRequest {
        statements = List.copyOf(statements);
        parameterTypes = List.copyOf(parameterTypes);
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        before = List.copyOf(before);
    }

    /** A statement that needs nothing of its own command. */
    public AnalysisRequest(
            String shape,
            List<String> statements,
            List<Integer> parameterTypes,
            String role,
            SortedMap<String, String> settings) {
        this(shape, statements, parameterTypes, role, settings, List.of());
    }
}
