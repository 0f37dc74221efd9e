package io.omnisql.node.sql;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Replaces the password of CREATE ROLE and ALTER ROLE by its verifier: each node would salt a plain one for itself, and the log would keep
 * it for everybody to read.
 */
final class PasswordRewriter {
    private static final String BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";
    private static final String KEY = "[A-Za-z0-9+/]{43}=";
    /** No more than PostgreSQL takes for one, or each node salts it once more: whole Base64, keys of 32 bytes. */
    private static final Pattern VERIFIER = Pattern.compile(
            "SCRAM-SHA-256\\$[1-9][0-9]{0,8}:(?=[^$])" + BASE64 + "\\$" + KEY + ":" + KEY + "|md5[0-9a-f]{32}");

    private PasswordRewriter() {}

    /** Whether the password, if there is one, can be read. */
    static boolean isReadable(Tokens tokens) {
        int at = password(tokens);
        return at < 0 || Literals.value(tokens, at) != null;
    }

    static String rewrite(Tokens tokens, UnaryOperator<String> verifier) {
        int at = password(tokens);
        String plain = at < 0 ? null : Literals.value(tokens, at);
        // Of an empty password PostgreSQL makes none, with a notice.
        if (plain == null || plain.isEmpty() || VERIFIER.matcher(plain).matches()) {
            return tokens.sql();
        }
        return tokens.sql().substring(0, tokens.start(at))
                + Literals.quote(verifier.apply(plain))
                + tokens.sql().substring(tokens.end(at));
    }

    /** The place of the password's literal, or -1. */
    private static int password(Tokens tokens) {
        if (!tokens.isAny(0, "create", "alter") || !tokens.isAny(1, "role", "user", "group")) {
            return -1;
        }
        for (int i = 3; i < tokens.size(); i++) {
            if (tokens.is(i - 1, "password") && tokens.kind(i).isString()) {
                return i;
            }
        }
        return -1;
    }
}
