package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.Definition;
import io.omnisql.node.sql.Classification.Read;
import io.omnisql.node.sql.Classification.Refused;
import java.util.ArrayList;
import java.util.List;

/** What changes the catalog: CREATE, ALTER, DROP, GRANT, COMMENT, TRUNCATE, REFRESH and their like. */
final class DefinitionClassifier {
    private DefinitionClassifier() {}

    static Classification classify(Tokens tokens, String first) {
        return switch (first) {
            case "create" -> create(tokens);
            case "alter" -> alter(tokens);
            case "drop" -> drop(tokens);
            case "comment", "grant", "revoke", "reassign" -> definition(tokens, List.of());
            case "refresh" -> definition(tokens, refreshed(tokens));
            case "truncate" -> definition(tokens, List.of());
            // Nothing that PostgreSQL knows: let it say so itself.
            default -> new Read(false, false);
        };
    }

    /** SELECT ... INTO: creates a table from a query. */
    static Classification selectInto(Tokens tokens, int into) {
        if (tokens.isAny(into + 1, "temp", "temporary", "local", "global", "unlogged")) {
            return DefinitionRefusals.temporary();
        }
        int name = tokens.is(into + 1, "table") ? into + 2 : into + 1;
        int end = endOfName(tokens, name);
        String query =
                tokens.sql().substring(0, tokens.start(into)) + tokens.sql().substring(tokens.end(end - 1));
        return definition(tokens, List.of(query));
    }

    private static Classification create(Tokens tokens) {
        int what = tokens.are(1, "or", "replace") ? 3 : 1;
        Refused refused = DefinitionRefusals.create(tokens, what);
        if (refused != null) {
            return refused;
        }
        boolean createsTable = tokens.is(what, "table") || tokens.are(what, "materialized", "view");
        return definition(tokens, createsTable ? queryBehindAs(tokens) : List.of());
    }

    /** The view's query may call other functions than when the view was made. */
    private static List<String> refreshed(Tokens tokens) {
        int name = tokens.is(3, "concurrently") ? 4 : 3;
        return tokens.are(1, "materialized", "view") && tokens.kind(name).isName()
                ? List.of("SELECT FROM "
                        + tokens.sql().substring(tokens.start(name), tokens.end(endOfName(tokens, name) - 1)))
                : List.of();
    }

    /** The query of CREATE TABLE AS or CREATE MATERIALIZED VIEW, which is executed on every node. */
    private static List<String> queryBehindAs(Tokens tokens) {
        int depth = 0;
        for (int i = 2; i < tokens.size(); i++) {
            if (tokens.isSymbol(i, "(")) {
                depth++;
            } else if (tokens.isSymbol(i, ")")) {
                depth--;
            } else if (depth == 0 && tokens.is(i, "as") && beginsQuery(tokens, i + 1)) {
                return List.of(withoutDataClause(tokens, i + 1));
            }
        }
        return List.of();
    }

    private static boolean beginsQuery(Tokens tokens, int i) {
        return tokens.isSymbol(i, "(") || tokens.isAny(i, "select", "with", "values", "table", "execute");
    }

    static String withoutDataClause(Tokens tokens, int from) {
        int last = tokens.size();
        if (tokens.are(last - 2, "with", "data")) {
            last -= 2;
        } else if (tokens.are(last - 3, "with", "no", "data")) {
            last -= 3;
        }
        return tokens.sql().substring(tokens.start(from), tokens.end(last - 1));
    }

    private static Classification alter(Tokens tokens) {
        Refused refused = DefinitionRefusals.alter(tokens);
        return refused != null ? refused : definition(tokens, alteredExpressions(tokens));
    }

    /** The expressions that ALTER TABLE evaluates for each row: USING of a new type and DEFAULT of a new column, as queries. */
    private static List<String> alteredExpressions(Tokens tokens) {
        if (!tokens.is(1, "table")) {
            return List.of();
        }
        int name = tokens.are(2, "if", "exists") ? 4 : 2;
        name = tokens.is(name, "only") ? name + 1 : name;
        int end = endOfName(tokens, name);
        String table = tokens.sql().substring(tokens.start(name), tokens.end(end - 1));
        List<String> queries = new ArrayList<>();
        boolean adds = false;
        for (int i = end; i < tokens.size(); i++) {
            if (tokens.isAny(i, "add", "alter")) {
                adds = tokens.is(i, "add");
            } else if (tokens.is(i, "using") || (adds && tokens.is(i, "default") && !tokens.is(i - 1, "set"))) {
                int last = endOfExpression(tokens, i + 1, tokens.is(i, "using"));
                String expression = tokens.sql().substring(tokens.end(i), last);
                queries.add("SELECT (" + expression + ") FROM ONLY " + table);
            }
        }
        return queries;
    }

    /** Behind USING everything belongs to the expression, COLLATE and IS NOT NULL as well; behind DEFAULT a constraint may follow. */
    private static int endOfExpression(Tokens tokens, int from, boolean isUsing) {
        int depth = 0;
        for (int i = from; i < tokens.size(); i++) {
            if (tokens.isSymbol(i, "(") || tokens.isSymbol(i, "[")) {
                depth++;
            } else if (tokens.isSymbol(i, ")") || tokens.isSymbol(i, "]")) {
                depth--;
            } else if (depth == 0
                    && i > from
                    && (tokens.isSymbol(i, ",") || (!isUsing && beginsConstraint(tokens, i)))) {
                return tokens.end(i - 1);
            }
        }
        return tokens.sql().length();
    }

    private static boolean beginsConstraint(Tokens tokens, int i) {
        return tokens.isAny(i, "constraint", "unique", "primary", "check", "references", "generated", "collate")
                || tokens.isAny(i, "deferrable", "initially")
                || tokens.are(i, "not", "null")
                || tokens.are(i, "not", "deferrable")
                || tokens.is(i, "null");
    }

    private static int endOfName(Tokens tokens, int from) {
        int i = from + 1;
        while (tokens.isSymbol(i, ".")) {
            i += 2;
        }
        return Math.min(i, tokens.size());
    }

    private static Classification drop(Tokens tokens) {
        Refused refused = DefinitionRefusals.drop(tokens);
        return refused != null ? refused : definition(tokens, List.of());
    }

    private static Classification definition(Tokens tokens, List<String> analysed) {
        Refused refused = DefinitionRefusals.everywhere(tokens);
        if (refused != null) {
            return refused;
        }
        List<String> rewritten = new ArrayList<>();
        for (String query : analysed) {
            rewritten.add(InputRewriter.rewrite(Scanner.scan(query)));
        }
        return new Definition(InputRewriter.rewrite(tokens), rewritten);
    }
}
