package io.omnisql.node.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramVerifierTest {
    private static final byte[] SALT = new byte[16];

    @ParameterizedTest
    @ValueSource(strings = {"\u00AD", "\u200B\uFE0F", "secret", "I\u00ADX", "\u0007"})
    void everyPasswordHasAVerifier(String password) {
        assertThat(ScramVerifier.of(password, SALT))
                .matches("SCRAM-SHA-256\\$4096:[A-Za-z0-9+/=]{24}\\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}");
    }

    @Test
    void aPasswordOfUnpreparedBytesIsSaltedAsAPreparedOneOfTheSameBytes() {
        assertThat(ScramVerifier.saltedAsItIs("secret", SALT))
                .isEqualTo(ScramFunctions.saltedPassword(
                        ScramMechanism.SCRAM_SHA_256,
                        StringPreparation.POSTGRESQL_PREPARATION,
                        "secret".toCharArray(),
                        SALT,
                        4096));
    }
}
