package io.omnisql.client.load;

import io.omnisql.client.connection.Attempt;
import io.omnisql.client.connection.NodeSession;
import io.omnisql.client.report.RequestKind;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.SplittableRandom;

/** Upserts of the client's own keys in turn, and reads of a random key that it has written. For several threads. */
final class KeyValueWorkload {
    private static final String UPSERT =
            "INSERT INTO kv_table (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value";
    private static final String SELECT = "SELECT value FROM kv_table WHERE key = ?";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    private final LoadProfile profile;
    private final WrittenKeys written;
    private final String run;

    KeyValueWorkload(LoadProfile profile) {
        this.profile = profile;
        this.written = new WrittenKeys(profile.keys());
        // A later run of the same profile must not repeat idempotency keys: its writes would be taken for done already.
        this.run = profile.name() + "-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    }

    static void prepare(NodeSession session) throws IOException {
        Table.create(session, "kv_table", "CREATE TABLE IF NOT EXISTS kv_table (key TEXT PRIMARY KEY, value TEXT)");
    }

    /** What a request is follows from the seed and its number alone, whichever thread sends it. */
    SplittableRandom randomOf(Schedule.Ticket ticket) {
        return new SplittableRandom(profile.seed() * 31 + ticket.number());
    }

    static RequestKind kindOf(Schedule.Ticket ticket, SplittableRandom random) {
        return random.nextDouble() < ticket.readRatio() ? RequestKind.READ : RequestKind.WRITE;
    }

    /** Reads a key; answers the number of rows found. */
    Attempt<Integer> read(NodeSession session, SplittableRandom random) {
        String key = keyName(written.random(random));
        return session.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(SELECT)) {
                select.setString(1, key);
                ResultSet rows = select.executeQuery();
                return rows.next() ? 1 : 0;
            }
        });
    }

    /** Writes the key of this number's turn; answers the number of rows written. */
    Attempt<Integer> write(NodeSession session, long number, SplittableRandom random) {
        int key = (int) (number % profile.keys());
        String requestId = run + "-" + number;
        String value = value(requestId, random);
        Attempt<Integer> attempt = session.write(requestId, connection -> {
            try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
                upsert.setString(1, keyName(key));
                upsert.setString(2, value);
                return upsert.executeUpdate();
            }
        });
        if (attempt instanceof Attempt.Done) {
            written.add(key);
        }
        return attempt;
    }

    private String keyName(int key) {
        return profile.name() + "-" + key;
    }

    private String value(String requestId, SplittableRandom random) {
        StringBuilder value = new StringBuilder(requestId).append(' ');
        while (value.length() < profile.valueBytes()) {
            value.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        value.setLength(Math.max(1, profile.valueBytes()));
        return value.toString();
    }
}
