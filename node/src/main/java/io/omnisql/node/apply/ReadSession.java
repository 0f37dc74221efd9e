package io.omnisql.node.apply;

import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.pgclient.BackendBuffer;
import io.omnisql.node.pgclient.FrontendBuffer;
import io.omnisql.node.pgclient.PostgresError;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Executes readings over one session, each in a READ ONLY transaction of one snapshot. Used by one thread at a time. */
final class ReadSession {
    private static final byte[] UNNAMED = {};
    private static final int[] INFERRED = {};
    private static final int KEPT_BYTES_MAX = 64 << 10;

    private final PostgresSession session;
    private final long resultBytesMax;
    private ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final List<StatementResult> results = new ArrayList<>();
    private int controlSteps;
    private int step;
    private long bytes;

    ReadSession(PostgresSession session, long resultBytesMax) {
        this.session = session;
        this.resultBytesMax = resultBytesMax;
    }

    PostgresSession session() {
        return session;
    }

    /** Results up to the first that failed. After a result that was too large, or found no room, the session is closed. */
    List<StatementResult> read(Reading reading, ResultRoom.Claim claim) throws IOException {
        step = 0;
        bytes = 0;
        session.in().beforeLarge(size -> require(bytes + size, claim));
        ask(reading);
        try {
            answers(reading.statements().size(), claim);
        } catch (PostgresError e) {
            session.close();
            results.add(Refusal.error(e.sqlState(), e.serverMessage()).getFirst());
        }
        List<StatementResult> given = List.copyOf(results);
        results.clear(); // An idle session must not hold them.
        return given;
    }

    private void require(long size, ResultRoom.Claim claim) throws IOException {
        if (size > resultBytesMax) {
            throw new PostgresError("54000", "The result is larger than " + resultBytesMax + " bytes");
        }
        try {
            if (!claim.covers(size)) {
                throw new PostgresError(
                        "53200",
                        "Other results took all the room that this node has for them: try again, or read less");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresError("57P01", "This node is stopping");
        }
    }

    /** Makes the session as good as new, so that another reading can use it. */
    void clean() throws IOException {
        session.execute("ROLLBACK");
        session.execute("DISCARD ALL");
    }

    private void ask(Reading reading) {
        control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        boolean isSame = reading.role().equals(reading.sessionUser());
        control("SELECT pg_catalog.set_config('role', $1, true)", isSame ? "none" : reading.role());
        for (Map.Entry<String, String> setting : reading.settings().entrySet()) {
            control("SELECT pg_catalog.set_config($1, $2, true)", setting.getKey(), setting.getValue());
        }
        for (ReplicatedStatement statement : reading.statements()) {
            add(statement);
        }
        session.out().sync();
        controlSteps = 2 + reading.settings().size();
    }

    private void control(String sql, String... values) {
        session.out().parse(UNNAMED, sql, INFERRED).bindText(UNNAMED, values).execute();
    }

    private void add(ReplicatedStatement statement) {
        FrontendBuffer out = session.out();
        int[] types = statement.parameters().stream().mapToInt(Parameter::type).toArray();
        int[] formats =
                statement.parameters().stream().mapToInt(Parameter::format).toArray();
        out.parse(UNNAMED, statement.sql(), types);
        int bind = out.bindStart(UNNAMED, formats);
        statement.parameters().forEach(parameter -> out.bindValue(parameter.value()));
        out.bindEnd(bind, statement.resultFormats());
        out.describePortal();
        out.execute();
    }

    private void answers(int statements, ResultRoom.Claim claim) throws IOException {
        BackendBuffer in = session.in();
        while (session.next() != 'Z') {
            switch (in.type()) {
                case 'C', 'I' -> completed(in);
                case 'E' -> failed(in);
                case 'T', 'D', 'N', 'H', 'd', 'c' -> keep(in);
                default -> {
                    // Parsed, bound, no rows, a setting's new value: the client does not see how it was asked.
                }
            }
            require(bytes, claim);
        }
        boolean isWhole = results.size() == statements
                || (!results.isEmpty() && results.getLast().isError());
        if (!isWhole) {
            throw new IOException("PostgreSQL answered " + results.size() + " of " + statements + " statements");
        }
    }

    private void keep(BackendBuffer in) {
        if (step >= controlSteps) {
            int size = in.messageEnd() - in.messageStart();
            bytes += size;
            wire.write(in.array(), in.messageStart(), size);
        }
    }

    private void completed(BackendBuffer in) {
        if (step >= controlSteps) {
            keep(in);
            results.add(new StatementResult(taken(), null));
        }
        step++;
    }

    private void failed(BackendBuffer in) {
        step = controlSteps;
        keep(in);
        results.add(new StatementResult(taken(), String.valueOf(in.errorField('C'))));
    }

    private byte[] taken() {
        byte[] whole = wire.toByteArray();
        if (whole.length > KEPT_BYTES_MAX) {
            wire = new ByteArrayOutputStream();
        } else {
            wire.reset();
        }
        return whole;
    }
}
