package io.omnisql.node.apply;

import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Executions that are sent together, and for each what it is for, so that the answers, which come in the same order, can be told
 * apart. One for each session, used again and again.
 */
final class Pipeline {
    /** The statement number of what the applier adds itself. */
    static final int CONTROL = -1;

    private static final int STEPS = 512;
    private static final int[] NO_TYPES = {};

    private final PostgresSession session;
    private final StatementCache cache = new StatementCache();
    private int[] entries = new int[STEPS];
    private int[] statements = new int[STEPS];
    private @Nullable PreparedStatement[] prepared = new PreparedStatement[STEPS];
    private int size;

    Pipeline(PostgresSession session) {
        this.session = session;
    }

    PostgresSession session() {
        return session;
    }

    int size() {
        return size;
    }

    /** To which command of the group a step belongs. */
    int entry(int step) {
        return entries[step];
    }

    /** Which of the command's statements a step is, or {@link #CONTROL}. */
    int statement(int step) {
        return statements[step];
    }

    PreparedStatement prepared(int step) {
        PreparedStatement statement = prepared[step];
        if (statement == null) {
            throw new IllegalStateException("Step " + step + " of " + size + " was never added");
        }
        return statement;
    }

    /** Adds a statement of the applier's own, with text values. */
    void control(int entry, String sql, String... values) {
        PreparedStatement statement = cache.prepare(session.out(), sql, NO_TYPES);
        session.out().bindText(statement.name(), values).execute();
        add(entry, CONTROL, statement);
    }

    /** The same with binary values of given types. */
    void control(int entry, String sql, int[] types, byte[] @Nullable ... values) {
        PreparedStatement statement = cache.prepare(session.out(), sql, types);
        var formats = new int[types.length];
        Arrays.fill(formats, 1);
        int bind = session.out().bindStart(statement.name(), formats);
        for (byte @Nullable [] value : values) {
            session.out().bindValue(value);
        }
        session.out().bindEnd(bind, List.of());
        session.out().execute();
        add(entry, CONTROL, statement);
    }

    /** Adds a command's statement. */
    void statement(int entry, int number, ReplicatedStatement statement) {
        List<Parameter> parameters = statement.parameters();
        var types = new int[parameters.size()];
        var formats = new int[parameters.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = parameters.get(i).type();
            formats[i] = parameters.get(i).format();
        }
        PreparedStatement known = cache.prepare(session.out(), statement.sql(), types);
        int bind = session.out().bindStart(known.name(), formats);
        for (Parameter parameter : parameters) {
            session.out().bindValue(parameter.value());
        }
        session.out().bindEnd(bind, statement.resultFormats());
        if (known.rows() != PreparedStatement.Rows.NONE) {
            session.out().describePortal();
        }
        session.out().execute();
        add(entry, number, known);
    }

    /** Ends the pipeline; it is sent while its answers are read. */
    void end() {
        session.out().sync();
    }

    /** Ready for the next one. */
    void reset() {
        Arrays.fill(prepared, 0, size, null);
        size = 0;
    }

    /** After a failed pipeline: what PostgreSQL did not get to is not prepared. */
    void dropUnparsed() {
        cache.dropUnparsed();
    }

    /**
     * Forgets every prepared statement on both sides with the next pipeline, and the plans of functions: PostgreSQL keeps those whose
     * objects are still there, though a name may mean another one now, as it does to a session that is opened later.
     */
    void forget() {
        cache.clear();
        control(CONTROL, "DEALLOCATE ALL");
        control(CONTROL, "DISCARD PLANS");
        cache.clear();
    }

    private void add(int entry, int number, PreparedStatement statement) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
            statements = Arrays.copyOf(statements, size * 2);
            prepared = Arrays.copyOf(prepared, size * 2);
        }
        entries[size] = entry;
        statements[size] = number;
        prepared[size] = statement;
        size++;
    }
}
