package io.omnisql.client.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TargetTest {
    @Test
    void readsAnAddressAsLibpqDoes() {
        Target target = Target.parse("postgresql://alice:p%40ss+word@db.example:15431/omnisql?sslmode=require");

        assertThat(target)
                .isEqualTo(new Target(
                        "db.example:15431", "db.example", 15431, "omnisql", "alice", "p@ss+word", "sslmode=require"));
        assertThat(target.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:15431/omnisql?sslmode=require");
    }

    @Test
    void takesALoginOnlyWhereItHasNone() {
        Target target =
                Target.parse("jdbc:postgresql://alice@localhost/omnisql").withLogin("bob", "secret");

        assertThat(target.user()).isEqualTo("alice");
        assertThat(target.password()).isEqualTo("secret");
    }

    @Test
    void neverShowsThePassword() {
        assertThat(Target.parse("postgresql://a:secret@h/d").toString()).doesNotContain("secret");
        assertThatThrownBy(() -> Target.parse("postgresql://a:secret word@h/d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Target.parse("postgresql://a:secret@h"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("database")
                .hasMessageNotContaining("secret");
    }
}
