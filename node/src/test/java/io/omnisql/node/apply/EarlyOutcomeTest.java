package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.AppliedResult;
import org.junit.jupiter.api.Test;

/** Which outcomes are told before the transaction commits: those that a COMMIT cannot change any more. */
class EarlyOutcomeTest {
    private static final String INSERT = "INSERT INTO t VALUES ($1, $2)";

    @Test
    void whatAWriteGaveIsToldBeforeItsCommit() throws Exception {
        try (var node = AppliedNode.start()) {
            Commands write = Commands.id(1).sql(INSERT, "1", "a");

            AppliedResult applied = node.apply(write);

            assertThat(node.results.early(write.requestId())).isEqualTo(applied);
            assertThat(applied.appliedIndex()).isEqualTo(applied.slot() + 1);
        }
    }

    @Test
    void aDefinitionIsToldWhenItIsThere() throws Exception {
        try (var node = AppliedNode.start()) {
            Commands definition = Commands.id(1).ddl("CREATE TABLE u (k int PRIMARY KEY)");

            node.apply(definition);

            assertThat(node.results.early(definition.requestId())).isNull();
        }
    }

    @Test
    void anErrorIsToldWhenItIsRecorded() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).sql(INSERT, "1", "a"));
            Commands duplicate = Commands.id(2).sql(INSERT, "1", "b");

            AppliedResult applied = node.apply(duplicate);

            assertThat(AppliedNode.sqlState(applied)).isEqualTo("23505");
            assertThat(node.results.early(duplicate.requestId())).isNull();
        }
    }

    @Test
    void nothingIsToldEarlyWhereConstraintsAreCheckedAtTheCommit() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1)
                    .ddl("CREATE TABLE u (k int PRIMARY KEY, t int REFERENCES t DEFERRABLE INITIALLY DEFERRED)"));
            Commands write = Commands.id(2).sql("INSERT INTO u VALUES (1, 77)");

            AppliedResult applied = node.apply(write);

            assertThat(AppliedNode.sqlState(applied)).isEqualTo("23503");
            assertThat(node.results.early(write.requestId())).isNull();
        }
    }
}
