package io.omnisql.node.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may order something. The token is read at each request: a new one counts at once.
 *
 * @param loopback whether only this machine reaches the port
 */
record AdminAccess(boolean loopback, Optional<Path> tokenFile) {
    private static final String SCHEME = "Bearer ";
    private static final int TOKEN_BYTES_MAX = 4096;

    /** Why not; null when it may. Blocks on the disk. */
    @Nullable
    String refusal(@Nullable String authorization) {
        if (tokenFile.isEmpty()) {
            return loopback ? null : "without omnisql.admin.token-file only the loopback is served";
        }
        if (authorization == null || !authorization.startsWith(SCHEME)) {
            return "a bearer token is needed";
        }
        byte[] shown = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        try {
            byte[] token = token(tokenFile.get());
            boolean isRight = token.length > 0 && MessageDigest.isEqual(token, shown);
            return isRight ? null : "the token is wrong";
        } catch (IOException e) {
            return "the token cannot be read on this node";
        }
    }

    private static byte[] token(Path file) throws IOException {
        if (Files.size(file) > TOKEN_BYTES_MAX) {
            throw new IOException(file + " is too long for a token");
        }
        return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
    }
}
