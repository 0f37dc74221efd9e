package io.omnisql.node.http;

import io.omnisql.node.gateway.ClientFacts;
import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.ReadAnswer;
import io.omnisql.node.gateway.ReadGrant;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.ReadRequest;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.SqlReader;
import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.gateway.WriteCommand;
import io.omnisql.node.gateway.WriteOutcome;
import io.omnisql.node.http.Roles.Login;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.RequestId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Executes checked requests: reads at their level, everything else as one entry of the log. Blocks: for virtual threads. */
final class SqlService {
    private static final String WRITES_AFTER_ALL = "25006";
    /** The gateway tells the truth at the deadline; only if it is broken does this extra time pass. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Gateway gateway;
    private final SqlReader reader;
    private final ReadLevel defaultLevel;
    private final long sessionHigh;
    private final long sessionLow;
    private final AtomicLong sequence = new AtomicLong();

    SqlService(Gateway gateway, SqlReader reader, ReadLevel defaultLevel, SecureRandom random) {
        this.gateway = gateway;
        this.reader = reader;
        this.defaultLevel = defaultLevel;
        this.sessionHigh = random.nextLong();
        this.sessionLow = random.nextLong();
    }

    /** What became of a request. */
    sealed interface Answer {
        /** One result for each statement; the last one may have failed, then nothing was done. */
        record Results(List<StatementResult> results, Optional<Long> appliedIndex) implements Answer {}

        /** It was not executed, or nobody knows. */
        record Refused(Outcome outcome, SqlError error) implements Answer {}
    }

    Answer execute(Login login, SqlCall call) throws RequestRefused {
        SortedMap<String, String> settings = new TreeMap<>(login.settings());
        settings.putAll(call.settings());
        var client = new ClientFacts(login.role(), login.role(), settings);
        StatementPlan plan = StatementPlan.of(call.statements());
        if (plan.writes()) {
            return write(client, call, plan);
        }
        Answer answer = read(client, call, plan);
        boolean writesAfterAll = answer instanceof Answer.Results(List<StatementResult> results, Optional<Long> index)
                && !results.isEmpty()
                && WRITES_AFTER_ALL.equals(results.getLast().sqlState());
        if (!writesAfterAll) {
            return answer;
        }
        return plan.mayBeLogged() || gateway.isReader()
                ? write(client, call, plan)
                : refused(StatementPlan.hiddenWrite());
    }

    private Answer read(ClientFacts client, SqlCall call, StatementPlan plan) {
        List<ReplicatedStatement> statements = plan.statements().stream()
                .map(statement -> new ReplicatedStatement(
                        statement.sql(), Grouping.SHARED, statement.parameters(), statement.resultFormats()))
                .toList();
        var reading = new Reading(client.sessionUser(), client.role(), client.settings(), statements);
        ReadLevel level = Optional.ofNullable(call.level()).orElseGet(() -> plan.level(defaultLevel));
        var request = new ReadRequest(level, call.notBefore(), call.maxStaleness(), call.deadlineNanos(), false);
        Optional<ReadGrant> granted = Waiting.within(gateway.awaitRead(request), left(call));
        if (granted.isEmpty()) {
            return refused(late());
        }
        return switch (granted.get()) {
            case ReadGrant.Refused(SqlError error) -> refused(error);
            case ReadGrant.Local(long appliedIndex) ->
                Waiting.within(reader.read(reading), left(call))
                        .<Answer>map(results -> new Answer.Results(results, Optional.of(appliedIndex)))
                        .orElseGet(() -> refused(late()));
            case ReadGrant.AtLeader leader ->
                Waiting.within(gateway.readAtLeader(reading, request), left(call))
                        .map(SqlService::answer)
                        .orElseGet(() -> refused(late()));
        };
    }

    private static Answer answer(ReadAnswer answer) {
        return switch (answer) {
            case ReadAnswer.Results(List<StatementResult> results) -> new Answer.Results(results, Optional.empty());
            case ReadAnswer.Refused(SqlError error) -> refused(error);
        };
    }

    private Answer write(ClientFacts client, SqlCall call, StatementPlan plan) {
        var command = new WriteCommand(
                client,
                new RequestId(sessionHigh, sessionLow, sequence.incrementAndGet()),
                call.idempotencyKey(),
                plan.statements(),
                call.deadlineNanos());
        Optional<WriteOutcome> outcome = Waiting.within(gateway.write(command), left(call));
        if (outcome.isEmpty()) {
            return new Answer.Refused(
                    Outcome.UNKNOWN,
                    SqlError.withHint(
                            "40003",
                            "the outcome of the write is unknown: the node failed while it was underway",
                            "It may have taken effect, or still do so. With an Idempotency-Key it can be repeated safely."));
        }
        return switch (outcome.get()) {
            case WriteOutcome.Applied(var result) ->
                new Answer.Results(result.results(), Optional.of(result.appliedIndex()));
            case WriteOutcome.NotDone(SqlError error) -> refused(error);
            case WriteOutcome.Unknown(SqlError error) -> new Answer.Refused(Outcome.UNKNOWN, error);
        };
    }

    private static Duration left(SqlCall call) {
        return Duration.ofNanos(call.deadlineNanos() - System.nanoTime()).plus(GRACE);
    }

    private static Answer refused(SqlError error) {
        return new Answer.Refused(Outcome.NOT_DONE, error);
    }

    private static SqlError late() {
        return SqlError.of("57014", "the read did not end in time");
    }
}
