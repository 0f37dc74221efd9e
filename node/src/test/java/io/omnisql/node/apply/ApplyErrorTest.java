package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplyErrorTest {
    @ParameterizedTest
    @ValueSource(strings = {"22012", "23505", "42P01", "0A000", "P0001", "25006", "2D000", "54000", "55000", "OM001"})
    void whatEveryReplicaMeetsIsAResult(String sqlState) {
        assertThat(ApplyError.of(sqlState, "anything")).isEqualTo(ApplyError.DETERMINISTIC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08006", "40P01", "40001", "53100", "53200", "53400", "55P03", "57014", "57P01", "58030", "58P01",
                "XX000", "XX001", "25P03", "F0000", "54002"
            })
    void whatOnlyThisNodeHasIsTrouble(String sqlState) {
        assertThat(ApplyError.of(sqlState, "anything")).isEqualTo(ApplyError.NODE_LOCAL);
        assertThat(ApplyError.of(sqlState, "exec_stmt_raise")).isEqualTo(ApplyError.DETERMINISTIC);
    }

    @ParameterizedTest
    @CsvSource({"34000,execCurrentOf", "XX000,MemoryContextSizeFailure"})
    void whatEveryMachineRefusesIsAResultWhateverItsCode(String sqlState, String routine) {
        assertThat(ApplyError.of(sqlState, routine)).isEqualTo(ApplyError.DETERMINISTIC);
        assertThat(ApplyError.of(sqlState, "anything")).isEqualTo(ApplyError.NODE_LOCAL);
    }
}
