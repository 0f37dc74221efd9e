package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prepared statement of a client's session, as far as it may have to travel. */
final class Prepared {
    /** OIDs from here on are given by each PostgreSQL by itself: they mean nothing on another node. */
    private static final int FIRST_USER_OID = 16_384;

    private static final int BINARY = 1;
    private static final int FIXED_BYTES = 1 << 10;
    private static final int TYPE_BYTES = 24;

    private final Script script;
    private final List<Integer> declaredTypes;
    private final int parameterCount;
    private @Nullable List<Integer> resolvedTypes;
    private boolean isParsed;
    private boolean givesNoRows;

    Prepared(Script script, Parse parse) {
        this.script = script;
        this.declaredTypes = parse.parameterTypes();
        Classified only = script.only();
        this.parameterCount = only == null ? 0 : only.statement().parameterCount();
    }

    /** About how much memory it takes. */
    long bytes() {
        return FIXED_BYTES + script.bytes() + (long) TYPE_BYTES * declaredTypes.size();
    }

    /** PostgreSQL has it under its name, or no longer has. */
    void isParsed(boolean parsed) {
        isParsed = parsed;
    }

    /** PostgreSQL said that it returns no rows. */
    void givesNoRows() {
        givesNoRows = true;
    }

    /** Whether it is certain that it returns no rows. */
    boolean isKnownToGiveNoRows() {
        return givesNoRows;
    }

    /**
     * Whether PostgreSQL need not hear of a Bind: it has accepted the statement, which will be executed by way of the log only, and
     * nothing about the Bind itself is wrong.
     */
    boolean bindsWithoutPostgres(Bind bind) {
        Classified only = script.only();
        int formats = bind.parameterFormats().size();
        int parameters = bind.parameters().size();
        return isParsed
                && only != null
                && only.isLogged()
                && parameters == parameterCount
                && (formats <= 1 || formats == parameters)
                && bind.parameterFormats().stream().allMatch(Prepared::isFormat)
                && bind.resultFormats().stream().allMatch(Prepared::isFormat)
                && bind.resultFormats().size() <= 1;
    }

    private static boolean isFormat(int code) {
        return code == 0 || code == BINARY;
    }

    /** The statement; null when the text has several, which PostgreSQL refuses. */
    @Nullable
    Classified statement() {
        return script.only();
    }

    /** What PostgreSQL made of the parameters' types. */
    void resolved(List<Integer> types) {
        resolvedTypes = types;
    }

    /** Whether PostgreSQL must be asked for the types before parameters can travel. */
    boolean lacksTypes() {
        boolean allPortable =
                !declaredTypes.isEmpty() && declaredTypes.stream().allMatch(type -> type > 0 && type < FIRST_USER_OID);
        return !allPortable && script.sql().indexOf('$') >= 0;
    }

    /** Why these parameters cannot travel to other nodes; null when they can. */
    @Nullable
    SqlError obstacle(Bind bind) {
        for (int i = 0; i < bind.parameters().size(); i++) {
            boolean isBinary = format(bind, i) == BINARY && bind.parameters().get(i) != null;
            if (isBinary && (type(i) == 0 || type(i) >= FIRST_USER_OID || type(i) < 0)) {
                return SqlError.withHint(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "parameter $" + (i + 1) + " is in binary format, but its type is not a built-in one",
                        "Send it as text: the binary form may contain OIDs, which differ between nodes.");
            }
        }
        return null;
    }

    /** The parameters as they travel: a type of the user's own is inferred on each node. */
    List<Parameter> parameters(Bind bind) {
        List<Parameter> parameters = new ArrayList<>(bind.parameters().size());
        for (int i = 0; i < bind.parameters().size(); i++) {
            int type = type(i);
            boolean isPortable = type > 0 && type < FIRST_USER_OID;
            parameters.add(new Parameter(
                    isPortable ? type : 0, format(bind, i), bind.parameters().get(i)));
        }
        return parameters;
    }

    private int type(int i) {
        List<Integer> known = resolvedTypes == null ? declaredTypes : resolvedTypes;
        return i < known.size() ? known.get(i) : 0;
    }

    private static int format(Bind bind, int i) {
        List<Integer> formats = bind.parameterFormats();
        return switch (formats.size()) {
            case 0 -> 0;
            case 1 -> formats.getFirst();
            default -> i < formats.size() ? formats.get(i) : 0;
        };
    }
}
