package io.omnisql.node.snapshot;

import io.omnisql.node.pgclient.BackendBuffer;
import io.omnisql.node.pgclient.PostgresError;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.PostgresInstance;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's physical base backup over a replication session, as one tar. With the write-ahead log that it holds, PostgreSQL recovers
 * from it to a state at or after its beginning.
 */
final class BaseBackup {
    /** The bounds of PostgreSQL's own rate limit, in KiB a second. */
    static final int RATE_KIB_MIN = 32;

    static final int RATE_KIB_MAX = 1 << 20;

    private static final Duration START_MAX = Duration.ofSeconds(10);
    /** A checkpoint comes first, and with much to write it takes its time. */
    private static final Duration SILENCE_MAX = Duration.ofMinutes(5);

    private static final int PARTS_PER_DEADLINE = 64;

    private final PostgresSession session;
    private final OutputStream tar;
    private int archives;
    private boolean isComplete;
    private @Nullable PostgresError error;

    private BaseBackup(PostgresSession session, OutputStream tar) {
        this.session = session;
        this.tar = tar;
    }

    /** Writes the whole backup to {@code tar}, which stays open. */
    static void write(PostgresInstance postgres, int rateKib, OutputStream tar) throws IOException {
        try (PostgresSession session = PostgresSession.open(
                postgres.socketAddress(),
                postgres.superuser(),
                "replication",
                Map.of("replication", "true"),
                START_MAX)) {
            new BaseBackup(session, tar).run(rateKib);
        }
    }

    private void run(int rateKib) throws IOException {
        session.out()
                .query("BASE_BACKUP (LABEL 'omnisql snapshot', CHECKPOINT 'fast', WAL true, MANIFEST 'no', MAX_RATE "
                        + rateKib + ")");
        int parts = 0;
        char type;
        do {
            if (parts % PARTS_PER_DEADLINE == 0) {
                session.deadline(SILENCE_MAX);
            }
            parts++;
            type = session.next();
            take(type, session.in());
        } while (type != 'Z');
        if (error != null) {
            throw error;
        }
        if (!isComplete || archives != 1) {
            throw new IOException("PostgreSQL's backup ended early, or has tablespaces: archives=" + archives);
        }
    }

    private void take(char type, BackendBuffer message) throws IOException {
        switch (type) {
            case 'd' -> takeData(message);
            case 'c' -> isComplete = true;
            case 'E' -> error = message.error();
            default -> {
                // Positions of the write-ahead log and the list of tablespaces: the backup itself tells both.
            }
        }
    }

    private void takeData(BackendBuffer message) throws IOException {
        int start = message.bodyStart();
        switch ((char) message.array()[start]) {
            case 'n' -> archives++;
            case 'd' -> tar.write(message.array(), start + 1, message.messageEnd() - start - 1);
            default -> {
                // Progress, which nobody asked for.
            }
        }
    }
}
