package io.omnisql.client.connection;

import io.omnisql.client.connection.SessionSettings.LevelBy;
import io.omnisql.client.connection.SessionSettings.Reconnect;
import io.omnisql.client.connection.SessionSettings.WriteRetry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One client session, reopened as needed at the same or the next node. Not for use by two threads at once.
 *
 * <p>A request that finds no connection tries to open one, with back-off, until the request timeout; if that fails it was never
 * sent, so it failed. A write that was sent and lost its answer is unknown.
 */
public final class NodeSession implements AutoCloseable {
    private static final Duration BACK_OFF_MIN = Duration.ofMillis(20);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(1);

    private final SessionSettings settings;
    private final List<Target> targets;
    private int current;
    private String lastNode;
    private @Nullable Connection connection;
    private Duration backOff = BACK_OFF_MIN;
    private long notBeforeNanos = System.nanoTime();

    /** A session that connects at its first request or {@link #open()}. */
    public NodeSession(SessionSettings settings) {
        this.settings = settings;
        this.targets = settings.targets();
        this.lastNode = targets.getFirst().name();
    }

    /** The label of the node that the last request went to. */
    public String node() {
        return lastNode;
    }

    /** Connects now, within the request timeout; an error tells why not. */
    public void open() throws SQLException {
        connected(deadline(settings.requestTimeout()));
    }

    /** A request without effects: it is done or it failed. */
    public <T> Attempt<T> read(SqlCall<T> call) {
        return switch (attempt(call)) {
            case Attempt.Done<T> done -> done;
            case Attempt.Failed<T> failed -> failed;
            case Attempt.Unknown<T>(var sqlState, var reason) -> new Attempt.Failed<>(sqlState, reason);
        };
    }

    /**
     * A request with effects.
     *
     * @param key names this write for ever; used only under {@link WriteRetry#WITH_KEY}. No quote, no backslash
     */
    public <T> Attempt<T> write(String key, SqlCall<T> call) {
        return switch (settings.writeRetry()) {
            case NEVER -> attempt(call);
            case WITH_KEY -> untilDefinite(withKey(key, call));
        };
    }

    @Override
    public void close() {
        discard();
    }

    private <T> Attempt<T> untilDefinite(SqlCall<T> call) {
        long deadline = deadline(settings.retryTimeout());
        Attempt<T> last = attempt(call);
        Attempt<T> answer = last;
        while (answer instanceof Attempt.Unknown && !isSettled(last) && mayGoOn(deadline)) {
            backOff();
            last = attempt(call);
            answer = isSettled(last) ? last : answer;
        }
        return answer;
    }

    private static boolean mayGoOn(long deadlineNanos) {
        return deadlineNanos - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted();
    }

    /** A passing refusal after an unknown attempt does not tell what became of that attempt. */
    private static <T> boolean isSettled(Attempt<T> attempt) {
        return switch (attempt) {
            case Attempt.Done<T> _ -> true;
            case Attempt.Failed<T> failed -> !SqlStates.isPassing(failed.sqlState());
            case Attempt.Unknown<T> _ -> false;
        };
    }

    private static <T> SqlCall<T> withKey(String key, SqlCall<T> call) {
        return connection -> {
            execute(connection, "SET omnisql.idempotency_key = '" + key + "'");
            return call.on(connection);
        };
    }

    private <T> Attempt<T> attempt(SqlCall<T> call) {
        Connection open;
        try {
            awaitBackOff();
            open = connected(deadline(settings.requestTimeout()));
        } catch (SQLException error) {
            return new Attempt.Failed<>(SqlStates.of(error), message(error));
        }
        try {
            T value = call.on(open);
            backOff = BACK_OFF_MIN;
            return new Attempt.Done<>(value);
        } catch (SQLException error) {
            return afterError(open, error);
        }
    }

    private <T> Attempt<T> afterError(Connection open, SQLException error) {
        String state = SqlStates.of(error);
        if (SqlStates.endsSession(state) || isClosed(open)) {
            discard();
            moveOn();
            return new Attempt.Unknown<>(state, message(error));
        }
        return SqlStates.leavesWriteUnknown(state)
                ? new Attempt.Unknown<>(state, message(error))
                : new Attempt.Failed<>(state, message(error));
    }

    private Connection connected(long deadlineNanos) throws SQLException {
        if (connection != null) {
            return connection;
        }
        while (true) {
            try {
                awaitBackOff();
                Connection opened = connect(targets.get(current));
                connection = opened;
                return opened;
            } catch (SQLException error) {
                moveOn();
                backOff();
                if (notBeforeNanos - deadlineNanos >= 0 || isRefusedLogin(error)) {
                    throw error;
                }
            }
        }
    }

    private Connection connect(Target target) throws SQLException {
        lastNode = target.name();
        Connection opened = DriverManager.getConnection(target.jdbcUrl(), properties(target));
        try {
            opened.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(settings.requestTimeout().toMillis()));
            if (settings.levelBy() == LevelBy.SET) {
                for (Map.Entry<String, String> setting : readSettings().entrySet()) {
                    execute(opened, "SET " + setting.getKey() + " = '" + setting.getValue() + "'");
                }
            }
            return opened;
        } catch (SQLException error) {
            opened.close();
            throw error;
        }
    }

    private SortedMap<String, String> readSettings() {
        SortedMap<String, String> chosen = new TreeMap<>();
        chosen.put("omnisql.read_level", settings.readLevel().settingValue());
        if (settings.maxStaleness().isPositive()) {
            chosen.put("omnisql.max_staleness", settings.maxStaleness().toMillis() + "ms");
        }
        return chosen;
    }

    private Properties properties(Target target) {
        Properties properties = target.login();
        String seconds = Long.toString(Math.max(1, settings.requestTimeout().toSeconds()));
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "omnisql-client");
        if (settings.levelBy() == LevelBy.OPTIONS) {
            String options = readSettings().entrySet().stream()
                    .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
                    .collect(Collectors.joining(" "));
            properties.setProperty("options", options);
        }
        return properties;
    }

    private void moveOn() {
        if (settings.reconnect() == Reconnect.NEXT) {
            current = (current + 1) % targets.size();
        }
    }

    private void backOff() {
        notBeforeNanos = System.nanoTime() + backOff.toNanos();
        Duration doubled = backOff.multipliedBy(2);
        backOff = doubled.compareTo(BACK_OFF_MAX) > 0 ? BACK_OFF_MAX : doubled;
    }

    private void awaitBackOff() throws SQLException {
        long wait = notBeforeNanos - System.nanoTime();
        while (wait > 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new SQLException("Interrupted while waiting to connect again", "08001");
            }
            LockSupport.parkNanos(wait);
            wait = notBeforeNanos - System.nanoTime();
        }
    }

    private void discard() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException alreadyBroken) {
                // Nothing to save on a connection that is being thrown away.
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException error) {
            return true;
        }
    }

    private static boolean isRefusedLogin(SQLException error) {
        return SqlStates.of(error).startsWith("28");
    }

    private static String message(SQLException error) {
        return String.valueOf(error.getMessage());
    }

    private static long deadline(Duration timeout) {
        return System.nanoTime() + timeout.toNanos();
    }
}
