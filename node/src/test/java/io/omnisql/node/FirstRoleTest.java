package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstRoleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "omnisql",
                "omnisql_system",
                "pg_first",
                "public",
                "none",
                "",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void aNameThatCannotServeIsRefusedWithTheKey(String name) {
        assertThatThrownBy(() -> new FirstRole(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("omnisql.bootstrap.role: ");
    }

    @Test
    void anyOtherNameServes() {
        assertThat(new FirstRole("Jürgen's role").name()).isEqualTo("Jürgen's role");
    }
}
