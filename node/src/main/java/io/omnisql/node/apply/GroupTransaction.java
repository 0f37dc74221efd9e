package io.omnisql.node.apply;

import io.omnisql.node.pgclient.BackendBuffer;
import io.omnisql.node.sql.CommandEnvelope;
import io.omnisql.node.sql.ReplicatedStatement;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One transaction with the commands of a group, in two round trips: first all commands, then the ledger and the commit. Belongs to one
 * session; used by the applier's thread only.
 */
final class GroupTransaction {
    private static final String NO_ROLE = "none";

    private final Pipeline pipeline;
    private final OutcomeBuilder outcomes;
    private String role = NO_ROLE;
    private SortedMap<String, String> settings = new TreeMap<>();
    private boolean hasInputs;
    private char status;
    private boolean hasCopied;

    GroupTransaction(Pipeline pipeline, OutcomeBuilder outcomes) {
        this.pipeline = pipeline;
        this.outcomes = outcomes;
    }

    /** What the first round trip shall do besides the commands. */
    record Frame(boolean resetsSession, boolean checksConstraints) {}

    /** Executes the commands, with the times that the log gives them; null when all went well, and the transaction is open. */
    @Nullable
    Failure execute(List<DecidedCommand> commands, long[] timesMicros, Frame frame) throws IOException {
        outcomes.reset();
        pipeline.control(0, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
        if (frame.resetsSession()) {
            pipeline.control(0, "RESET ALL");
        }
        role = NO_ROLE;
        settings = new TreeMap<>();
        hasInputs = false;
        for (int entry = 0; entry < commands.size(); entry++) {
            add(entry, commands.get(entry), timesMicros[entry]);
        }
        if (frame.checksConstraints()) {
            pipeline.control(commands.size() - 1, "SET CONSTRAINTS ALL IMMEDIATE");
        }
        pipeline.end();
        return read(commands);
    }

    /** Writes the ledger and commits; null when that went well. */
    @Nullable
    Failure commit(LedgerRecord record) throws IOException {
        record.addTo(pipeline);
        pipeline.control(0, "COMMIT");
        pipeline.end();
        return read(List.of());
    }

    /** Gives up the transaction. */
    void rollBack() throws IOException {
        pipeline.dropUnparsed();
        pipeline.session().execute("ROLLBACK");
    }

    /** Forgets all prepared statements: what they return may have changed. */
    void forgetStatements() throws IOException {
        pipeline.forget();
        pipeline.end();
        read(List.of());
    }

    private void add(int entry, DecidedCommand command, long timeMicros) {
        CommandEnvelope envelope = command.envelope();
        String wantedRole = envelope.role().equals(envelope.sessionUser()) ? NO_ROLE : envelope.role();
        if (!wantedRole.equals(role) || !envelope.settings().equals(settings)) {
            applySettings(entry, wantedRole, envelope.settings());
        }
        if (envelope.needsInputs()) {
            pipeline.control(entry, EnvelopeInputs.SET, EnvelopeInputs.values(timeMicros, envelope.seed()));
        } else if (hasInputs) {
            pipeline.control(entry, EnvelopeInputs.CLEAR);
        }
        hasInputs = envelope.needsInputs();
        List<ReplicatedStatement> statements = command.command().statements();
        for (int i = 0; i < statements.size(); i++) {
            pipeline.statement(entry, i, statements.get(i));
        }
    }

    private void applySettings(int entry, String wantedRole, SortedMap<String, String> wanted) {
        if (!settings.isEmpty()) {
            pipeline.control(entry, "RESET ALL");
        }
        var sql = new StringBuilder("SELECT pg_catalog.set_config('role', $1, true)");
        var values = new String[1 + 2 * wanted.size()];
        values[0] = wantedRole;
        int next = 1;
        for (Map.Entry<String, String> setting : wanted.entrySet()) {
            values[next] = setting.getKey();
            values[next + 1] = setting.getValue();
            sql.append(", pg_catalog.set_config($")
                    .append(next + 1)
                    .append(", $")
                    .append(next + 2)
                    .append(", true)");
            next += 2;
        }
        pipeline.control(entry, sql.toString(), values);
        role = wantedRole;
        settings = wanted;
    }

    /** Reads the answers to the pipeline. */
    private @Nullable Failure read(List<DecidedCommand> commands) throws IOException {
        Failure failure = null;
        hasCopied = false;
        int step = 0;
        int expected = -1;
        BackendBuffer in = pipeline.session().in();
        while (pipeline.session().next() != 'Z') {
            if (step < pipeline.size() && pipeline.entry(step) != expected && !commands.isEmpty()) {
                expected = pipeline.entry(step);
                outcomes.expect(commands.get(expected));
            }
            switch (in.type()) {
                case 'C', 'I' -> {
                    completed(in, step, commands);
                    step++;
                }
                case 'E' -> failure = failure(in, Math.min(step, pipeline.size() - 1));
                default -> message(in, step);
            }
        }
        status = (char) in.array()[in.bodyStart()];
        pipeline.reset();
        if (failure == null && outcomes.tooLargeEntry() >= 0 && !commands.isEmpty()) {
            return Failure.of(outcomes.tooLargeEntry(), Refusal.resultTooLarge());
        }
        return failure;
    }

    /** Whether PostgreSQL is in a transaction that can go on. */
    boolean isOpen() {
        return status == 'T';
    }

    private void completed(BackendBuffer in, int step, List<DecidedCommand> commands) {
        if (pipeline.statement(step) == Pipeline.CONTROL) {
            return;
        }
        outcomes.completed(in);
        DecidedCommand command = commands.get(pipeline.entry(step));
        if (pipeline.statement(step) == command.command().statements().size() - 1) {
            outcomes.commandCompleted(command);
        }
    }

    private void message(BackendBuffer in, int step) {
        switch (in.type()) {
            case '1' -> pipeline.prepared(step).parsed();
            case 'n' -> pipeline.prepared(step).described(PreparedStatement.Rows.NONE);
            case 'T' -> {
                pipeline.prepared(step).described(PreparedStatement.Rows.SOME);
                outcomes.message(in);
            }
            case 'D' -> {
                if (pipeline.statement(step) != Pipeline.CONTROL) {
                    outcomes.row(in, pipeline.entry(step));
                }
            }
            case 'N' -> {
                if (step < pipeline.size() && pipeline.statement(step) != Pipeline.CONTROL) {
                    outcomes.message(in);
                }
            }
            case 'G', 'H' -> hasCopied = true;
            default -> {
                // BindComplete, CloseComplete, ParameterStatus, NotificationResponse: nothing to keep.
            }
        }
    }

    private Failure failure(BackendBuffer in, int step) {
        int entry = Math.max(0, pipeline.entry(step));
        if (hasCopied) {
            return Failure.of(entry, Refusal.noCopy());
        }
        String sqlState = String.valueOf(in.errorField('C'));
        return new Failure(
                entry,
                sqlState,
                in.errorField('R'),
                String.valueOf(in.errorField('M')),
                OutcomeBuilder.failed(in, sqlState));
    }
}
