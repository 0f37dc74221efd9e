package io.omnisql.node.sql;

import static io.omnisql.node.sql.Classification.Refused.unsupported;

import io.omnisql.node.sql.Classification.Refused;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a definition is not replicated, told from its text. Null means: no reason found. */
final class DefinitionRefusals {
    private static final String OMNISQL = "omnisql";

    private DefinitionRefusals() {}

    static @Nullable Refused create(Tokens tokens, int what) {
        String kind = tokens.text(what).toLowerCase(Locale.ROOT);
        return switch (kind) {
            case "temp", "temporary", "local", "global" -> temporary();
            case "unlogged" -> unlogged();
            case "database", "tablespace", "subscription" -> outsideTransactions("CREATE " + tokens.text(what));
            case "unique", "index" -> concurrently(tokens);
            case "sequence" -> cached(tokens);
            case "schema" -> elements(tokens);
            case "table" -> table(tokens);
            case "function", "procedure" -> routine(tokens);
            case "trigger", "constraint" -> truncateTrigger(tokens);
            case "extension" -> extension(tokens);
            case "rule", "event" ->
                unsupported(
                        "CREATE " + kind.toUpperCase(Locale.ROOT) + " would change statements behind their analysis",
                        "Use a trigger.");
            case "server", "foreign" -> foreign();
            case "user" -> tokens.is(what + 1, "mapping") ? foreign() : roleOmnisql(tokens, what + 1);
            case "role", "group" -> roleOmnisql(tokens, what + 1);
            case "language", "transform", "conversion", "access" ->
                unsupported("code outside of SQL and PL/pgSQL is not looked into", "Use LANGUAGE sql or plpgsql.");
            case "type" -> baseType(tokens);
            default -> null;
        };
    }

    static @Nullable Refused alter(Tokens tokens) {
        String kind = tokens.text(1).toLowerCase(Locale.ROOT);
        return switch (kind) {
            case "system", "database", "tablespace", "subscription", "extension", "large" ->
                outsideTransactions("ALTER " + tokens.text(1));
            case "table" -> alterTable(tokens);
            case "sequence" -> cached(tokens);
            case "role", "user", "group" -> alterRole(tokens);
            case "function", "procedure", "routine" -> routineSettings(tokens);
            case "rule", "event" -> unsupported("rules and event triggers are not replicated", "Use a trigger.");
            case "server", "foreign" -> foreign();
            case "index" -> concurrently(tokens);
            default -> null;
        };
    }

    static @Nullable Refused drop(Tokens tokens) {
        return switch (tokens.text(1).toLowerCase(Locale.ROOT)) {
            case "database", "tablespace", "subscription" -> outsideTransactions("DROP " + tokens.text(1));
            case "index" -> concurrently(tokens);
            default -> null;
        };
    }

    /** What holds for every definition. */
    static @Nullable Refused everywhere(Tokens tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            if (isSchemaOmnisql(tokens, i) && !isCallOfOmnisql(tokens, i)) {
                return unsupported("schema omnisql belongs to the node", "Leave it alone.");
            }
            if (tokens.isSymbol(i + 1, ".") && mayBeTemporary(tokens, i)) {
                return temporary();
            }
            if (SpecialDates.mayBe(tokens, i) && mayBeEvaluated(tokens) && !isBody(tokens, i)) {
                return specialDate();
            }
        }
        Refused value = ofOneNode(tokens);
        if (value != null) {
            return value;
        }
        int body = Routine.isCreated(tokens) ? Routine.body(tokens) : -1;
        return body < 0 ? null : body(tokens, body);
    }

    /** Columns of object ids, and bounds of partitions that are computed when the partition is made. */
    private static @Nullable Refused ofOneNode(Tokens tokens) {
        if (!tokens.isAny(0, "create", "alter") || !tokens.isAny(1, "table", "type", "domain")) {
            return null;
        }
        int bound = bound(tokens);
        for (int i = 2; i < tokens.size(); i++) {
            String name = tokens.name(i);
            // What a default casts is analysed with the statement that uses it; a bound is computed at once.
            boolean isCast = tokens.isSymbol(i - 1, "::") && i < bound;
            if (name != null && OBJECT_TYPES.contains(name) && !isCast && !tokens.isSymbol(i + 1, "(")) {
                return unsupported("object ids (" + name + ") differ between nodes", "Store the name as text.");
            }
            boolean isSyntax = tokens.isAny(i, "to", "range", "list", "hash");
            if (i > bound && !isSyntax && BodyCalls.called(tokens, i) != null) {
                return unsupported(
                        "a partition's bound that is computed may differ between nodes", "Write it as a literal.");
            }
        }
        return null;
    }

    private static int bound(Tokens tokens) {
        for (int i = 3; i < tokens.size(); i++) {
            if (tokens.are(i - 1, "for", "values")) {
                return i;
            }
        }
        return tokens.size();
    }

    /** The database, and often the first role, has that name, too: only where it can be the schema's is it meant. */
    private static boolean isSchemaOmnisql(Tokens tokens, int i) {
        boolean isQualifier = i + 1 < tokens.size() && tokens.text(i + 1).equals(".");
        return OMNISQL.equals(tokens.name(i)) && (isQualifier || namesSchema(tokens, i));
    }

    /** SCHEMA a, IF EXISTS omnisql and their like: the word stands before, or before the list. */
    private static boolean namesSchema(Tokens tokens, int i) {
        int before = i - 1;
        while (tokens.isSymbol(before, ",")) {
            before -= 2;
        }
        if (tokens.is(before, "exists")) {
            before -= tokens.is(before - 1, "not") ? 3 : 2;
        }
        boolean isRenamed = tokens.are(before - 1, "rename", "to") || tokens.is(before, "authorization");
        return tokens.is(before, "schema") || (isRenamed && tokens.is(1, "schema"));
    }

    private static boolean isCallOfOmnisql(Tokens tokens, int i) {
        return tokens.isSymbol(i + 1, ".")
                && tokens.kind(i + 2).isName()
                && tokens.isSymbol(i + 3, "(")
                && tokens.isAny(0, "create", "alter")
                && !tokens.isAny(i - 1, "function", "table", "view", "procedure", "routine", "exists");
    }

    /** The schema of one session's own objects, by either name; what is escaped is taken for it. */
    private static boolean mayBeTemporary(Tokens tokens, int i) {
        String name = tokens.name(i);
        return name == null
                ? tokens.kind(i) == TokenKind.UNICODE_NAME
                : name.equals("pg_temp") || name.startsWith("pg_temp_");
    }

    /** Comments and the labels of an enum are never read as anything but text. */
    private static boolean mayBeEvaluated(Tokens tokens) {
        return !tokens.is(0, "comment") && !tokens.is(1, "type");
    }

    private static boolean isBody(Tokens tokens, int i) {
        return Routine.isCreated(tokens) && i == Routine.body(tokens);
    }

    private static @Nullable Refused body(Tokens tokens, int at) {
        String body = Literals.value(tokens, at);
        if (body == null) {
            return unsupported("a function's body in U&'...' is not looked into", "Quote the body by $$.");
        }
        Tokens inner = Scanner.scan(body);
        for (int i = 0; i < inner.size(); i++) {
            if (SpecialDates.mayBe(inner, i)) {
                return specialDate();
            }
        }
        return null;
    }

    private static Refused specialDate() {
        return unsupported(
                "a literal like 'now' or 'today' would be read differently on each node",
                "Use now(), CURRENT_DATE or CURRENT_DATE + 1.");
    }

    static Refused temporary() {
        return unsupported(
                "a temporary table exists in one node's session only", "Use a plain table, or a WITH query.");
    }

    /** Each element would need to be looked into like a definition of its own. */
    private static @Nullable Refused elements(Tokens tokens) {
        return tokens.find(2, "create") > 0 || tokens.find(2, "grant") > 0
                ? unsupported(
                        "what CREATE SCHEMA holds besides the schema is not looked into",
                        "Create the objects by statements of their own.")
                : null;
    }

    private static Refused unlogged() {
        return unsupported(
                "an unlogged table is emptied on the node that crashes and on no other", "Use a plain table.");
    }

    private static Refused foreign() {
        return unsupported("foreign data is not the cluster's", "Load the rows by INSERT.");
    }

    private static Refused outsideTransactions(String what) {
        return unsupported(
                what.toUpperCase(Locale.ROOT) + " cannot be part of a replicated transaction", instead(what));
    }

    /** Never to do it at each node: replicas that differ are found when it is too late. */
    private static String instead(String what) {
        return switch (what.substring(what.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT)) {
            case "database" -> "There is one database, omnisql: use a schema.";
            case "system" -> "Use omnisql.postgres.parameters.* of the nodes' settings.";
            case "tablespace" -> "A node's data lie in one folder.";
            case "subscription" -> "Load the rows by INSERT.";
            default -> "Nothing stands in for it.";
        };
    }

    private static @Nullable Refused concurrently(Tokens tokens) {
        return tokens.find(0, "concurrently") > 0
                ? unsupported(
                        "CONCURRENTLY cannot be part of a replicated transaction",
                        "Leave CONCURRENTLY away; readers are not blocked by building an index.")
                : null;
    }

    private static @Nullable Refused cached(Tokens tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            int number = tokens.isSymbol(i + 1, "+") ? i + 2 : i + 1;
            if (tokens.is(i, "cache")
                    && tokens.kind(number) == TokenKind.INTEGER
                    && !tokens.text(number).equals("1")) {
                return unsupported(
                        "CACHE above 1 hands out numbers per session, and sessions differ between nodes",
                        "Use CACHE 1.");
            }
        }
        return tokens.are(tokens.size() - 2, "set", "unlogged") ? unlogged() : null;
    }

    private static @Nullable Refused table(Tokens tokens) {
        Refused cached = cached(tokens);
        return cached != null ? cached : deniedCall(tokens);
    }

    private static @Nullable Refused deniedCall(Tokens tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            String name = tokens.isSymbol(i + 1, "(") ? tokens.name(i) : null;
            if (name != null && DeterministicFunctions.isDenied(name)) {
                return unsupported(
                        name + "() does not give the same value on every node", "Let the client compute the value.");
            }
        }
        return null;
    }

    private static @Nullable Refused alterTable(Tokens tokens) {
        for (int i = 2; i < tokens.size(); i++) {
            if (tokens.are(i, "set", "unlogged")) {
                return unlogged();
            }
            if (tokens.are(i, "set", "tablespace")) {
                return outsideTransactions("SET TABLESPACE");
            }
            if (tokens.is(i, "add") && fillsByRow(tokens, i)) {
                return unsupported(
                        "a new column with serial, identity, random() or a generated uuid is filled in each node's own row order",
                        "Add the column without a default, set the default, then UPDATE the old rows by their key.");
            }
        }
        Refused cached = cached(tokens);
        return cached != null ? cached : deniedCall(tokens);
    }

    private static boolean fillsByRow(Tokens tokens, int add) {
        if (tokens.isAny(
                add + 1, "constraint", "primary", "unique", "check", "foreign", "value", "exclude", "generated")) {
            return false;
        }
        int depth = 0;
        for (int i = add + 1; i < tokens.size() && !(depth == 0 && tokens.isSymbol(i, ",")); i++) {
            depth += tokens.isSymbol(i, "(") ? 1 : tokens.isSymbol(i, ")") ? -1 : 0;
            boolean isSerial = tokens.isAny(i, "serial", "bigserial", "smallserial", "serial2", "serial4", "serial8");
            String name = tokens.isSymbol(i + 1, "(") ? tokens.name(i) : null;
            if (isSerial || tokens.is(i, "identity") || (name != null && DeterministicFunctions.isChance(name))) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Refused routine(Tokens tokens) {
        String language = Routine.language(tokens);
        if (language != null && !language.equals("sql") && !language.equals("plpgsql")) {
            return unsupported(
                    "LANGUAGE " + language + " is not looked into for what differs between nodes",
                    "Use LANGUAGE sql or plpgsql.");
        }
        return routineSettings(tokens);
    }

    private static @Nullable Refused routineSettings(Tokens tokens) {
        int end = Routine.unquotedBody(tokens);
        for (int i = 1; i < end; i++) {
            String name = tokens.is(i, "set") && !tokens.is(i - 1, "null") ? tokens.name(i + 1) : null;
            boolean assigns =
                    tokens.is(i + 2, "to") || tokens.isSymbol(i + 2, "=") || tokens.are(i + 2, "from", "current");
            if (name != null && assigns && !SessionSettings.isValueAffecting(name)) {
                return unsupported(
                        "a function that sets " + name + " is not looked into",
                        "Set only search_path, TimeZone and their like.");
            }
        }
        return null;
    }

    /** "$user" stands first in search_path: a role of that name would see the node's own schema as its own. */
    private static @Nullable Refused roleOmnisql(Tokens tokens, int at) {
        return OMNISQL.equals(tokens.name(at))
                ? unsupported("omnisql is the name of the node's own schema", "Choose another name for the role.")
                : null;
    }

    private static @Nullable Refused alterRole(Tokens tokens) {
        int set = tokens.find(2, "set");
        if (set < 0) {
            int rename = tokens.find(2, "rename");
            return rename < 0 ? null : roleOmnisql(tokens, rename + 2);
        }
        String name = tokens.name(set + 1);
        boolean isZone = tokens.are(set + 1, "time", "zone");
        return isZone || (name != null && SessionSettings.isValueAffecting(name))
                ? null
                : unsupported(
                        "a role's " + name + " would also hold for the applier's sessions",
                        "Set it in the client's session.");
    }

    private static @Nullable Refused truncateTrigger(Tokens tokens) {
        return tokens.find(1, "truncate") > 0
                ? unsupported("triggers on TRUNCATE are not analysed", "Use DELETE and a trigger on DELETE.")
                : null;
    }

    private static @Nullable Refused extension(Tokens tokens) {
        int at = tokens.are(2, "if", "not", "exists") ? 5 : 2;
        String name = tokens.name(at);
        return name != null && EXTENSIONS.contains(name)
                ? null
                : unsupported(
                        "extension " + tokens.text(at) + " is not known to act alike on all nodes",
                        "Supported: " + String.join(", ", EXTENSIONS) + ".");
    }

    private static @Nullable Refused baseType(Tokens tokens) {
        return tokens.find(2, "input") > 0 && tokens.find(2, "output") > 0 && tokens.find(2, "as") < 0
                ? unsupported("base types need code in C", "Use an enum, a composite type, a range or a domain.")
                : null;
    }

    /** Types whose values are object ids. */
    static final List<String> OBJECT_TYPES = List.of(
            "regclass",
            "regcollation",
            "regconfig",
            "regdictionary",
            "regnamespace",
            "regoper",
            "regoperator",
            "regproc",
            "regprocedure",
            "regrole",
            "regtype");

    private static final List<String> EXTENSIONS = List.of(
            "btree_gin",
            "btree_gist",
            "citext",
            "cube",
            "dict_int",
            "earthdistance",
            "fuzzystrmatch",
            "hstore",
            "intarray",
            "isn",
            "ltree",
            "pg_trgm",
            "pgcrypto",
            "plpgsql",
            "seg",
            "tablefunc",
            "unaccent",
            "uuid-ossp");
}
