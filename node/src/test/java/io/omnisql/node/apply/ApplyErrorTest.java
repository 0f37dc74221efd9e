package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
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
    @CsvSource({
        "34000,execCurrentOf",
        "XX000,MemoryContextSizeFailure",
        "08P01,exec_bind_message",
        "08P01,pq_copymsgbytes",
        "XX000,xml_ereport"
    })
    void whatEveryMachineRefusesIsAResultWhateverItsCode(String sqlState, String routine) {
        assertThat(ApplyError.of(sqlState, routine)).isEqualTo(ApplyError.DETERMINISTIC);
        assertThat(ApplyError.of(sqlState, "anything")).isEqualTo(ApplyError.NODE_LOCAL);
    }

    @Test
    void aParserOfXmlWithoutMemoryIsTrouble() {
        assertThat(ApplyError.of("53200", "xml_ereport")).isEqualTo(ApplyError.NODE_LOCAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"53100", "53200", "57014", "57P01", "58030", "40P01", "55P03"})
    void lackOfMeansAndInterruptionsDoNotSpeakOfTheCommand(String sqlState) {
        assertThat(ApplyError.maySpeakOfTheCommand(sqlState)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"XX000", "F0000", "08P01", "58P01", "54002"})
    void complaintsDoThoughTheyMayBeOfThisNodeAlone(String sqlState) {
        assertThat(ApplyError.maySpeakOfTheCommand(sqlState)).isTrue();
    }
}
