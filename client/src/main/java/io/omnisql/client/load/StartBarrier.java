package io.omnisql.client.load;

import io.omnisql.client.connection.Attempt;
import io.omnisql.client.connection.NodeSession;
import io.omnisql.client.connection.SqlCall;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients on several machines begin together: each registers in a table of the database, the first that sees them all
 * names an instant, and all read it. How exactly they begin together depends on their clocks.
 */
final class StartBarrier {
    private static final Duration LEAD = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(100);

    private final NodeSession session;
    private final Start.WithClients start;

    StartBarrier(NodeSession session, Start.WithClients start) {
        this.session = session;
        this.start = start;
    }

    /** Registers this client and returns the common instant. */
    Instant await(String client) throws IOException {
        Table.create(
                session,
                "client_start",
                "CREATE TABLE IF NOT EXISTS client_start"
                        + "(run TEXT, client TEXT, start_millis BIGINT, PRIMARY KEY (run, client))");
        register(client, null);
        long deadline = System.nanoTime() + start.timeout().toNanos();
        while (System.nanoTime() - deadline < 0) {
            long agreed = query("SELECT coalesce(max(start_millis), 0) FROM client_start WHERE run = ?");
            if (agreed != 0) {
                return Instant.ofEpochMilli(agreed);
            }
            if (query("SELECT count(*) FROM client_start WHERE run = ?") >= start.clients()) {
                // The row of the empty name holds the instant; whoever comes second changes nothing.
                register("", Instant.now().plus(LEAD).toEpochMilli());
            } else if (!RunClock.awaitNanos(System.nanoTime() + POLL.toNanos())) {
                throw new IOException("Interrupted while waiting for the other clients");
            }
        }
        throw new IOException("Only " + query("SELECT count(*) FROM client_start WHERE run = ?") + " of "
                + start.clients() + " clients registered for run " + start.run() + " within " + start.timeout());
    }

    private void register(String client, @Nullable Long startMillis) throws IOException {
        done(session.write("start-" + start.run() + "-" + client, connection -> {
            String sql = "INSERT INTO client_start (run, client, start_millis) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                insert.setString(1, start.run());
                insert.setString(2, client);
                insert.setObject(3, startMillis, Types.BIGINT);
                return insert.executeUpdate();
            }
        }));
    }

    private long query(String sql) throws IOException {
        SqlCall<Long> call = connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setString(1, start.run());
                ResultSet row = select.executeQuery();
                return row.next() ? row.getLong(1) : 0L;
            }
        };
        return done(session.read(call));
    }

    private static <T> T done(Attempt<T> attempt) throws IOException {
        return switch (attempt) {
            case Attempt.Done<T>(var value) -> value;
            case Attempt.Failed<T>(var state, var reason) ->
                throw new IOException("Registering for the common start failed: " + state + " " + reason);
            case Attempt.Unknown<T>(var state, var reason) ->
                throw new IOException("Registering for the common start may have failed: " + state + " " + reason);
        };
    }
}
