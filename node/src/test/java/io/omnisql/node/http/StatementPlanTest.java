package io.omnisql.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementPlanTest {
    private static StatementPlan plan(String... texts) throws RequestRefused {
        return StatementPlan.of(Arrays.stream(texts)
                .map(sql -> new WriteStatement(sql, List.of(), List.of()))
                .toList());
    }

    @Test
    void readsWhenAllStatementsRead() throws RequestRefused {
        assertThat(plan("SELECT 1", "TABLE t").writes()).isFalse();
    }

    @Test
    void writesAllWhenOneWrites() throws RequestRefused {
        StatementPlan plan = plan("SELECT 1", "INSERT INTO t VALUES (1)");

        assertThat(plan.writes()).isTrue();
        assertThat(plan.statements()).hasSize(2);
    }

    @Test
    void cutsATextOfSeveralStatements() throws RequestRefused {
        assertThat(plan("SELECT ';'; SELECT 2;").statements())
                .extracting(WriteStatement::sql)
                .map(String::strip)
                .containsExactly("SELECT ';'", "SELECT 2");
    }

    @Test
    void refusesSeveralStatementsThatShareParameters() {
        var both = new WriteStatement("SELECT $1; SELECT $1", List.of(new Parameter(0, 0, null)), List.of());

        assertThatThrownBy(() -> StatementPlan.of(List.of(both)))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("one statement");
    }

    @Test
    void readsAtTheStrictestLevelThatAStatementAsksFor() throws RequestRefused {
        StatementPlan plan =
                plan("/* omnisql: read_level=local */ SELECT 1", "/* omnisql: read_level=linearizable */ SELECT 2");

        assertThat(plan.level(ReadLevel.LEADER)).isEqualTo(ReadLevel.LINEARIZABLE);
        assertThat(plan("SELECT 1").level(ReadLevel.LEADER)).isEqualTo(ReadLevel.LEADER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN",
                "COMMIT",
                "SET timezone = 'UTC'",
                "LISTEN c",
                "VACUUM",
                "COPY t TO STDOUT",
                "SHOW omnisql.node",
                "LOCK t"
            })
    void refusesWhatNeedsASession(String sql) {
        assertThatThrownBy(() -> plan(sql))
                .isInstanceOfSatisfying(
                        RequestRefused.class,
                        refused -> assertThat(refused.error().sqlState()).isEqualTo("0A000"));
    }

    @Test
    void aSettingOfOmnisqlIsPointedToTheFieldsOfTheRequest() {
        assertThatThrownBy(() -> plan("SET omnisql.max_staleness = '1s'"))
                .isInstanceOfSatisfying(
                        RequestRefused.class,
                        refused -> assertThat(refused.error().hint())
                                .contains("read_level", "max_staleness", "not_before", "timeout", "idempotency_key"));
    }

    @Test
    void refusesAnEmptyStatement() {
        assertThatThrownBy(() -> plan(" -- nothing"))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("empty");
    }
}
