package io.omnisql.node.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Role and password of an Authorization header. */
record BasicCredentials(String role, String password) {
    private static final String SCHEME = "Basic ";
    private static final int HEADER_CHARACTERS_MAX = 4_096;
    private static final int ROLE_BYTES_MAX = 63; // PostgreSQL would cut a longer name: another role's, perhaps.

    /** Empty when there is no such header, or nobody could have such a role or password. */
    static Optional<BasicCredentials> parse(@Nullable String header) {
        if (header == null
                || header.length() > HEADER_CHARACTERS_MAX
                || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String text = decoded(header.substring(SCHEME.length()).strip());
        int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1 || text.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        String role = text.substring(0, colon);
        return role.getBytes(StandardCharsets.UTF_8).length > ROLE_BYTES_MAX
                ? Optional.empty()
                : Optional.of(new BasicCredentials(role, text.substring(colon + 1)));
    }

    private static String decoded(String base64) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException malformed) {
            return "";
        }
    }

    @Override
    public String toString() {
        return "BasicCredentials[role=" + role + "]"; // Passwords do not belong into logs.
    }
}
