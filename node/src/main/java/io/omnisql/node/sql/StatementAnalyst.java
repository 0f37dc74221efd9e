package io.omnisql.node.sql;

import io.omnisql.node.sql.CatalogSession.CatalogError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets PostgreSQL itself analyse a statement, by its own grammar and types, and judges what it found: the statement becomes the body of a
 * function whose analysed form PostgreSQL stores in its catalog, within a transaction that is rolled back. The statement is not executed.
 */
public final class StatementAnalyst {
    private static final int TREE_MAX = 16 << 20;
    private static final int PROBES_MAX = 8;

    private final AnalysisRequest request;
    private final CatalogSession session;
    private String clientPath = AnalysisQueries.OWN_PATH;

    private StatementAnalyst(AnalysisRequest request, CatalogSession session) {
        this.request = request;
        this.session = session;
    }

    /**
     * The verdict on the request's statements. Blocks while PostgreSQL answers.
     *
     * @param session outside any transaction; it is so again afterwards. A superuser's, so that no right is missing to look everything
     *     up; but the client's own when there are definitions to try out, because these may execute code of the client's
     * @throws IOException when the session broke; then it must not be used again
     */
    public static Verdict analyse(AnalysisRequest request, CatalogSession session) throws IOException {
        StatementAnalyst analyst = new StatementAnalyst(request, session);
        try {
            analyst.run(AnalysisQueries.BEGIN);
            return analyst.inTransaction();
        } catch (CatalogError e) {
            return new Verdict.Invalid(e.sqlState(), Objects.requireNonNullElse(e.getMessage(), "unknown error"));
        } catch (TooManyTokens e) {
            return new Verdict.Invalid(TooManyTokens.REFUSED.sqlState(), TooManyTokens.REFUSED.reason());
        } catch (NodeTreeParser.UnreadableTree e) {
            return new Verdict.Unsafe(
                    "PostgreSQL's analysis of it cannot be judged: " + e.getMessage(), "Simplify it.");
        } finally {
            analyst.rollBack();
        }
    }

    private void rollBack() throws IOException {
        try {
            run(AnalysisQueries.ROLLBACK);
        } catch (CatalogError e) {
            throw new IOException("ROLLBACK failed", e);
        }
    }

    private Verdict inTransaction() throws IOException, CatalogError {
        run(AnalysisQueries.NO_WAITING);
        seeAsClient();
        Verdict verdict = new Verdict.Safe(false, List.of());
        for (String sql : request.statements()) {
            Verdict next = one(sql);
            if (!(next instanceof Verdict.Safe safe)) {
                return next;
            }
            verdict = and((Verdict.Safe) verdict, safe);
        }
        return verdict;
    }

    private static Verdict.Safe and(Verdict.Safe one, Verdict.Safe other) {
        List<Integer> parameters = new ArrayList<>(one.dateParameters());
        parameters.addAll(other.dateParameters());
        return new Verdict.Safe(one.needsInputs() || other.needsInputs(), parameters);
    }

    /** Names must mean what they mean to the client; but a role may lack the right to create the function, so it is not switched to for that. */
    private void seeAsClient() throws IOException, CatalogError {
        session.rows(AnalysisQueries.SET, "search_path", AnalysisQueries.DEFAULT_PATH);
        for (Map.Entry<String, String> setting : request.settings().entrySet()) {
            session.rows(AnalysisQueries.SET, setting.getKey(), setting.getValue());
        }
        session.rows(AnalysisQueries.SET, "role", request.role());
        if (!request.before().isEmpty()) {
            run(AnalysisQueries.SOME_INPUTS);
            for (String definition : request.before()) {
                run(definition);
            }
        }
        String path = Objects.requireNonNullElse(
                session.rows(AnalysisQueries.SEARCH_PATH).getFirst()[0], "");
        clientPath = path.isEmpty() ? "\"\"" : path;
        session.rows(AnalysisQueries.SET, "role", "none");
        session.rows(AnalysisQueries.SET, "search_path", AnalysisQueries.OWN_PATH);
        session.rows(AnalysisQueries.SET, "check_function_bodies", "on");
    }

    private Verdict one(String sql) throws IOException, CatalogError {
        Tokens tokens = Scanner.scan(sql);
        if (tokens.unterminated()) {
            return new Verdict.Invalid("42601", "unterminated string, name or comment");
        }
        AnalysedParameters parameters = new AnalysedParameters(parameterTypes(sql));
        for (String definition : parameters.definitions()) {
            run(definition);
        }
        create(sql, parameters);
        String tree = session.rows(AnalysisQueries.ANALYSED).getFirst()[0];
        if (tree == null || tree.length() > TREE_MAX) {
            return new Verdict.Unsafe("the statement is too large to be analysed", "Split it.");
        }
        List<Integer> special = specialLiterals(tokens);
        String date = special.size() > PROBES_MAX
                ? tokens.text(special.getFirst())
                : presentDate(tokens, special, parameters);
        if (date != null) {
            return new Verdict.Unsafe(
                    "the literal " + date + " reads this node's clock", "Use now(), CURRENT_DATE or CURRENT_DATE + 1.");
        }
        return judge(parameters.restored(NodeTreeParser.parse(tree)), !special.isEmpty());
    }

    private Verdict judge(NodeTree tree, boolean hasSpecialLiteral) throws IOException, CatalogError {
        CatalogFacts catalog = CatalogLoader.load(session, List.of(tree));
        Findings findings = new Findings(hasSpecialLiteral);
        QueryLint lint = new QueryLint(catalog, findings, new FunctionLint(catalog, findings));
        QueryNode.topLevel(tree).forEach(lint::lintTop);
        return findings.verdict();
    }

    private void create(String sql, AnalysedParameters parameters) throws IOException, CatalogError {
        underClientPath("CREATE OR REPLACE FUNCTION " + AnalysisQueries.FUNCTION + "(" + parameters.arguments()
                + ") RETURNS void LANGUAGE sql BEGIN ATOMIC\n" + parameters.written(sql) + "\n; END");
    }

    /** PostgreSQL only parses the client's text and resolves its names; it executes nothing of it. */
    private void underClientPath(String sql) throws IOException, CatalogError {
        session.rows(AnalysisQueries.SET, "search_path", clientPath);
        run(sql);
        session.rows(AnalysisQueries.SET, "search_path", AnalysisQueries.OWN_PATH);
    }

    /** The types of $1, $2, ...: as declared, else as PostgreSQL infers them. */
    private List<String> parameterTypes(String sql) throws IOException, CatalogError {
        List<Integer> types = request.parameterTypes();
        if (parameterCount(sql) > types.size() || types.contains(0)) {
            types = inferredTypes(sql);
        }
        return typeNames(types);
    }

    private List<String> typeNames(List<Integer> types) throws IOException, CatalogError {
        SortedMap<Integer, String> known = new TreeMap<>();
        List<String> names = new ArrayList<>();
        for (int type : types) {
            String name = known.get(type);
            if (name == null) {
                name = type == 0 ? "unknown" : typeName(type);
                known.put(type, name);
            }
            names.add(name);
        }
        return names;
    }

    private List<Integer> inferredTypes(String sql) throws IOException, CatalogError {
        List<String> declared = typeNames(request.parameterTypes());
        underClientPath("PREPARE " + AnalysisQueries.PREPARED
                + (declared.isEmpty() ? "" : "(" + String.join(", ", declared) + ")") + " AS " + sql);
        try {
            List<Integer> types = new ArrayList<>();
            for (@Nullable String[] row : session.rows(AnalysisQueries.PREPARED_TYPES)) {
                types.add((int) Long.parseLong(Objects.requireNonNull(row[0])));
            }
            return types;
        } finally {
            run("DEALLOCATE " + AnalysisQueries.PREPARED);
        }
    }

    private String typeName(int type) throws IOException, CatalogError {
        return Objects.requireNonNull(session.rows(AnalysisQueries.TYPE_NAME, Integer.toUnsignedString(type))
                .getFirst()[0]);
    }

    private static int parameterCount(String sql) {
        Tokens tokens = Scanner.scan(sql);
        int count = 0;
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) == TokenKind.PARAMETER && tokens.end(i) - tokens.start(i) <= 6) {
                count = Math.max(count, Integer.parseInt(tokens.text(i).substring(1)));
            }
        }
        return count;
    }

    private static List<Integer> specialLiterals(Tokens tokens) {
        List<Integer> special = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (SpecialDates.mayBe(tokens, i)) {
                special.add(i);
            }
        }
        return special;
    }

    /**
     * The first literal that PostgreSQL read as a date from the clock, or null. Each is spoiled in turn: if the analysis then fails for a
     * malformed date, it was one.
     */
    private @Nullable String presentDate(Tokens tokens, List<Integer> special, AnalysedParameters parameters)
            throws IOException, CatalogError {
        for (int i : special) {
            String value = Literals.value(tokens, i);
            if (value == null || isSpoiledRefused(tokens, i, parameters)) {
                return tokens.text(i);
            }
        }
        return null;
    }

    private boolean isSpoiledRefused(Tokens tokens, int i, AnalysedParameters parameters)
            throws IOException, CatalogError {
        String value = Objects.requireNonNull(Literals.value(tokens, i));
        String probe = tokens.sql().substring(0, tokens.start(i))
                + Literals.quote(SpecialDates.spoiled(value))
                + tokens.sql().substring(tokens.end(i));
        run(AnalysisQueries.SAVEPOINT);
        try {
            create(probe, parameters);
            return false;
        } catch (CatalogError e) {
            return e.sqlState().equals("22007") || e.sqlState().equals("22008");
        } finally {
            run(AnalysisQueries.ROLLBACK_TO_SAVEPOINT);
        }
    }

    private void run(String sql) throws IOException, CatalogError {
        session.rows(sql);
    }
}
