package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.OmnisqlSetting;
import io.omnisql.node.sql.Classification.OmnisqlSetting.Verb;
import io.omnisql.node.sql.Classification.Read;
import io.omnisql.node.sql.Classification.Refused;
import io.omnisql.node.sql.Classification.Session;
import io.omnisql.node.sql.Classification.TransactionControl.Act;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** SET, RESET and SHOW. */
final class SettingClassifier {
    private static final String PREFIX = "omnisql";

    private SettingClassifier() {}

    static Classification classify(Tokens tokens, String first) {
        int name = 1;
        boolean isLocal = tokens.is(1, "local");
        if (first.equals("set") && (isLocal || (tokens.is(1, "session") && !tokens.is(2, "authorization")))) {
            name = 2;
        }
        if (tokens.is(1, "transaction")) {
            // SHOW TRANSACTION ISOLATION LEVEL reads; SET TRANSACTION sets.
            return first.equals("set")
                    ? TransactionClassifier.settings(tokens, Act.SET_TRANSACTION)
                    : new Session(false);
        }
        if (tokens.are(1, "session", "characteristics")) {
            return TransactionClassifier.settings(tokens, Act.SET_CHARACTERISTICS);
        }
        if (PREFIX.equals(tokens.name(name)) && tokens.isSymbol(name + 1, ".")) {
            return omnisql(tokens, first, name + 2, isLocal);
        }
        return switch (first) {
            case "show" -> new Read(false, false);
            case "reset" -> reset(tokens, name);
            default -> set(tokens, name);
        };
    }

    private static Classification omnisql(Tokens tokens, String first, int at, boolean isLocal) {
        String name = tokens.isSymbol(at, "*") ? "*" : tokens.name(at);
        if (name == null) {
            return new Refused("42601", "a setting's name is missing behind omnisql.", "Try SHOW omnisql.*");
        }
        return switch (first) {
            case "show" -> new OmnisqlSetting(Verb.SHOW, name, null);
            case "reset" -> new OmnisqlSetting(Verb.RESET, name, null);
            default -> omnisqlSet(tokens, new OmnisqlSetting(isLocal ? Verb.SET_LOCAL : Verb.SET, name, null), at + 1);
        };
    }

    private static Classification omnisqlSet(Tokens tokens, OmnisqlSetting setting, int sign) {
        if (!tokens.is(sign, "to") && !tokens.isSymbol(sign, "=")) {
            return new Refused("42601", "SET omnisql." + setting.name() + " needs a value", "SET omnisql.name = value");
        }
        String value = value(tokens, sign + 1);
        boolean isDefault = tokens.is(sign + 1, "default");
        return new OmnisqlSetting(setting.verb(), setting.name(), isDefault ? null : value);
    }

    private static @Nullable String value(Tokens tokens, int i) {
        String literal = Literals.value(tokens, i);
        if (literal != null) {
            return literal;
        }
        boolean isNegative = tokens.isSymbol(i, "-");
        return (isNegative ? "-" + tokens.text(i + 1) : tokens.text(i)).toLowerCase(Locale.ROOT);
    }

    private static Classification reset(Tokens tokens, int name) {
        return tokens.is(name, "session") && tokens.is(name + 1, "authorization")
                ? sessionAuthorization()
                : new Session(true);
    }

    private static Classification set(Tokens tokens, int name) {
        if (tokens.are(name, "session", "authorization")) {
            return sessionAuthorization();
        }
        if (tokens.is(name, "names")) {
            return encoding(value(tokens, name + 1));
        }
        String setting = tokens.name(name);
        if (setting == null) {
            return new Session(true);
        }
        boolean assigned = tokens.is(name + 1, "to") || tokens.isSymbol(name + 1, "=");
        Refused refused =
                assigned ? SessionSettings.refusal(setting.toLowerCase(Locale.ROOT), value(tokens, name + 2)) : null;
        return refused != null ? refused : new Session(true);
    }

    private static Classification encoding(@Nullable String value) {
        Refused refused = SessionSettings.refusal("client_encoding", value);
        return refused != null ? refused : new Session(true);
    }

    private static Refused sessionAuthorization() {
        return Refused.unsupported(
                "the role that a session authenticated as is part of each of its commands", "Use SET ROLE.");
    }
}
