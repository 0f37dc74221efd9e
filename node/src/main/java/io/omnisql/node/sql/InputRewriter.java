package io.omnisql.node.sql;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the functions that ask for time or chance by their namesakes in schema {@code omnisql}, which take both from the command's
 * envelope. What it misses is found by PostgreSQL's analysis and refused; what it finds it replaces by position, so that the rest of the
 * text stays as the client wrote it.
 */
final class InputRewriter {
    private static final String SCHEMA = "omnisql.";

    private final Tokens tokens;
    private final StringBuilder out;
    private int copied;

    private InputRewriter(Tokens tokens) {
        this.tokens = tokens;
        this.out = new StringBuilder(tokens.sql().length() + 32);
    }

    /** The text with every call replaced; the same text when there is none. */
    static String rewrite(Tokens tokens) {
        return new InputRewriter(tokens).rewrite();
    }

    private String rewrite() {
        boolean isRoutine = Routine.isCreated(tokens);
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i).isName() && !isQualified(i)) {
                name(i);
            } else if (isRoutine && tokens.is(i - 1, "as") && tokens.kind(i).isString()) {
                body(i);
            }
        }
        return copied == 0
                ? tokens.sql()
                : out.append(tokens.sql(), copied, tokens.sql().length()).toString();
    }

    private void name(int i) {
        String name = tokens.name(i);
        if (name == null) {
            return;
        }
        if (tokens.kind(i) == TokenKind.WORD && TIME_KEYWORDS.contains(name)) {
            if (!tokens.is(i - 1, "as")) {
                replace(begin(i), tokens.end(i), SCHEMA + name + (tokens.isSymbol(i + 1, "(") ? "" : "()"));
            }
        } else if (tokens.isSymbol(i + 1, "(") && isInputFunction(name, i)) {
            replace(begin(i), tokens.end(i), SCHEMA + name);
        }
    }

    private boolean isInputFunction(String name, int i) {
        if (tokens.isAny(i - 1, "function", "procedure", "routine", "aggregate", "table", "view", "exists")) {
            return false;
        }
        return (TIME_FUNCTIONS.contains(name) && tokens.isSymbol(i + 2, ")"))
                || (name.equals("gen_random_uuid") && tokens.isSymbol(i + 2, ")"))
                || (CHANCE_FUNCTIONS.contains(name) && !isColumnList(i));
    }

    /** Whether the name may be a table's, an alias' or a common table expression's, with its columns in parentheses. */
    private boolean isColumnList(int i) {
        return !tokens.isSymbol(i + 2, ")")
                && (tokens.isAny(i - 1, "into", "references", "on", "as", "with", "recursive", "from", "join", "using")
                        || tokens.is(tokens.closing(i + 1) + 1, "as"));
    }

    /** Whether the name belongs to a schema or table other than pg_catalog. */
    private boolean isQualified(int i) {
        return tokens.isSymbol(i - 1, ".") && !"pg_catalog".equals(tokens.name(i - 2));
    }

    private int begin(int i) {
        return tokens.isSymbol(i - 1, ".") ? tokens.start(i - 2) : tokens.start(i);
    }

    private void body(int i) {
        String body = Literals.value(tokens, i);
        if (body == null) {
            return;
        }
        String rewritten = rewrite(Scanner.scan(body));
        if (rewritten.equals(body)) {
            return;
        }
        if (tokens.kind(i) == TokenKind.DOLLAR_STRING) {
            String text = tokens.text(i);
            String tag = text.substring(0, text.indexOf('$', 1) + 1);
            replace(tokens.start(i), tokens.end(i), tag + rewritten + tag);
        } else {
            replace(tokens.start(i), tokens.end(i), Literals.quote(rewritten));
        }
    }

    private void replace(int from, int to, String replacement) {
        out.append(tokens.sql(), copied, from).append(replacement);
        copied = to;
    }

    /** Whether the text calls one of the functions that give another value at each call. */
    static boolean callsChance(Tokens tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            @Nullable String name = tokens.isSymbol(i + 1, "(") ? tokens.name(i) : null;
            if (name != null
                    && (CHANCE_FUNCTIONS.contains(name) || PER_ROW_FUNCTIONS.contains(name.toLowerCase(Locale.ROOT)))) {
                return true;
            }
        }
        return false;
    }

    private static final List<String> TIME_KEYWORDS =
            List.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

    private static final List<String> TIME_FUNCTIONS =
            List.of("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp");

    private static final List<String> CHANCE_FUNCTIONS = List.of("random", "random_normal");

    private static final List<String> PER_ROW_FUNCTIONS = List.of("gen_random_uuid", "nextval", "setval");
}
