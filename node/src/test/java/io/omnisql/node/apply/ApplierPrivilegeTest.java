package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.AppliedResult;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client's statements run over a session that never was anybody else's. */
class ApplierPrivilegeTest {
    private static final List<String> ESCAPES = List.of(
            "SET SESSION AUTHORIZATION omnisql_system",
            "SET ROLE omnisql_system",
            "CREATE TABLE omnisql.mine (i int)",
            "UPDATE omnisql.applied SET applied_index = 1000",
            "SELECT * FROM omnisql.ledger_token",
            "SELECT omnisql.record_applied('\\x00', 0, 1000, 0, 0, 0, NULL, false)",
            "SELECT omnisql.restore_sequences()",
            "SELECT omnisql.capture_sequences()",
            "SELECT pg_cancel_backend(0)",
            "SELECT pg_terminate_backend(0)",
            "ALTER ROLE app SUPERUSER",
            "DROP FUNCTION omnisql.record_applied");

    @Test
    void refusesToRiseAboveItself() throws Exception {
        try (var node = AppliedNode.start()) {
            for (int i = 0; i < ESCAPES.size(); i++) {
                AppliedResult result = node.apply(Commands.id(i).sql(ESCAPES.get(i)));

                assertThat(AppliedNode.sqlState(result)).as(ESCAPES.get(i)).isEqualTo("42501");
                assertThat(node.value("SELECT applied_index FROM omnisql.applied"))
                        .isEqualTo("" + (i + 2));
            }
        }
    }

    @Test
    void goingBackToTheSessionsRoleLeadsToTheClientsOwn() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).ddl("CREATE ROLE low"), Commands.id(2).ddl("GRANT low TO app"));

            node.apply(
                    Commands.id(3).role("low").sql("RESET ROLE").sql("INSERT INTO t SELECT 1, current_user"),
                    Commands.id(4).sql("RESET SESSION AUTHORIZATION").sql("INSERT INTO t SELECT 2, session_user"),
                    Commands.id(5).sql("RESET ALL").sql("INSERT INTO t SELECT 3, current_user"));

            assertThat(node.value("SELECT string_agg(v, ',') FROM t")).isEqualTo("app,app,app");
        }
    }

    @Test
    void aRoleThatIsGoneOrLockedCannotWriteAnyMore() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(
                    Commands.id(1).ddl("CREATE ROLE second LOGIN"),
                    Commands.id(2).ddl("GRANT ALL ON t TO second"),
                    Commands.id(3).as("second").sql("INSERT INTO t VALUES (1, 'a')"));

            node.apply(Commands.id(4).ddl("ALTER ROLE second NOLOGIN"));
            AppliedResult locked = node.apply(Commands.id(5).as("second").sql("INSERT INTO t VALUES (2, 'b')"));
            AppliedResult unknown = node.apply(Commands.id(6).as("nobody").sql("INSERT INTO t VALUES (3, 'c')"));

            assertThat(AppliedNode.sqlState(locked)).isEqualTo("28000");
            assertThat(AppliedNode.sqlState(unknown)).isEqualTo("28000");
            assertThat(node.value("SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void theTokenOfTheLedgerIsShownToNobody() throws IOException {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).sql("INSERT INTO t VALUES (1, 'a')"));

            assertThat(node.value("SELECT string_agg(query, ';') FROM pg_stat_activity"))
                    .doesNotContain("\\x")
                    .contains("COMMIT");
        }
    }
}
