package io.omnisql.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.http.Roles.Login;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With verifiers that PostgreSQL itself made. */
class PasswordsTest {
    private static TestPostgres postgres;
    private static PostgresSession session;

    private final Map<String, String> verifiers = new ConcurrentHashMap<>();
    private final Passwords passwords = new Passwords(
            role -> Optional.ofNullable(verifiers.get(role))
                    .map(verifier -> new Login(role, verifier, new TreeMap<>())),
            new SecureRandom());

    @BeforeAll
    static void start() throws IOException {
        postgres = TestPostgres.start();
        session = postgres.session("postgres");
    }

    @AfterAll
    static void stop() {
        session.close();
        postgres.close();
    }

    private static String verifier(String password) throws IOException {
        session.execute("DROP ROLE IF EXISTS somebody; CREATE ROLE somebody LOGIN PASSWORD '" + password + "'");
        return String.valueOf(session.rows("SELECT rolpassword FROM pg_authid WHERE rolname = 'somebody'")
                .getFirst()[0]);
    }

    private boolean mayLogIn(String role, String password) throws RequestRefused {
        return passwords.login(new BasicCredentials(role, password)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "with:colon", "pässwörd", "a\u00a0b", "\u00aa\u2168", "long and with many words"})
    void acceptsWhatPostgresAccepts(String password) throws IOException, RequestRefused {
        verifiers.put("somebody", verifier(password));

        assertThat(mayLogIn("somebody", password)).isTrue();
        assertThat(mayLogIn("somebody", password)).isTrue();
        assertThat(mayLogIn("somebody", password + "x")).isFalse();
    }

    @Test
    void noticesAChangedPasswordAtOnce() throws IOException, RequestRefused {
        verifiers.put("somebody", verifier("old"));
        assertThat(mayLogIn("somebody", "old")).isTrue();

        verifiers.put("somebody", verifier("new"));

        assertThat(mayLogIn("somebody", "old")).isFalse();
        assertThat(mayLogIn("somebody", "new")).isTrue();
    }

    @Test
    void doesNotTakeOneRolesPasswordForAnothers() throws IOException, RequestRefused {
        verifiers.put("a", verifier("secret-a"));
        verifiers.put("b", verifier("secret-b"));
        assertThat(mayLogIn("a", "secret-a")).isTrue();

        assertThat(mayLogIn("b", "secret-a")).isFalse();
        assertThat(mayLogIn("nobody", "secret-a")).isFalse();
    }

    @Test
    void refusesAVerifierThatIsNotScram() throws RequestRefused {
        verifiers.put("old", "md5d41d8cd98f00b204e9800998ecf8427e");

        assertThat(mayLogIn("old", "secret")).isFalse();
    }

    @Test
    void passesOnThatNobodyCouldBeAsked() {
        var broken = new Passwords(
                role -> {
                    throw new RequestRefused(SqlError.of("57P03", "no answer"));
                },
                new SecureRandom());

        assertThatThrownBy(() -> broken.login(new BasicCredentials("a", "b"))).isInstanceOf(RequestRefused.class);
    }

    private static Optional<BasicCredentials> parsed(@Nullable String header) {
        return BasicCredentials.parse(header);
    }

    private static String basic(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsCredentialsWithColonsAndUmlauts() {
        assertThat(parsed(basic("röle:pass:word"))).contains(new BasicCredentials("röle", "pass:word"));
        assertThat(parsed(basic("a:b").replace("Basic", "basic"))).contains(new BasicCredentials("a", "b"));
    }

    @Test
    void findsNoCredentialsInAnythingElse() {
        assertThat(parsed(null)).isEmpty();
        assertThat(parsed("Bearer abc")).isEmpty();
        assertThat(parsed("Basic !!!")).isEmpty();
        assertThat(parsed(basic("nocolon"))).isEmpty();
        assertThat(parsed(basic("a:"))).isEmpty();
        assertThat(parsed(basic(":b"))).isEmpty();
        assertThat(parsed(basic("a:b\0"))).isEmpty();
        assertThat(parsed(basic("r".repeat(64) + ":b"))).isEmpty();
        assertThat(parsed("Basic " + Base64.getEncoder().encodeToString(new byte[] {(byte) 0xFF, ':', 'x'})))
                .isEmpty();
    }

    @Test
    void doesNotShowThePassword() {
        assertThat(new BasicCredentials("a", "secret").toString()).doesNotContain("secret");
    }
}
