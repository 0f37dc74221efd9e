package io.omnisql.node.sql;

import java.util.function.UnaryOperator;

/**
 * Replaces the password of CREATE ROLE and ALTER ROLE by its verifier: each node would salt a plain one for itself, and the log would keep
 * it for everybody to read.
 */
final class PasswordRewriter {
    private PasswordRewriter() {}

    /** Whether the password, if there is one, can be read. */
    static boolean isReadable(Tokens tokens) {
        int at = password(tokens);
        return at < 0 || Literals.value(tokens, at) != null;
    }

    static String rewrite(Tokens tokens, UnaryOperator<String> verifier) {
        int at = password(tokens);
        String plain = at < 0 ? null : Literals.value(tokens, at);
        if (plain == null || isVerifier(plain)) {
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

    private static boolean isVerifier(String password) {
        return password.matches(
                "SCRAM-SHA-256\\$\\d+:[A-Za-z0-9+/=]+\\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+|md5[0-9a-f]{32}");
    }
}
