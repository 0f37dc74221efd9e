package io.omnisql.node.pgclient;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One session, used by one thread at a time. Messages are gathered in {@link #out} and travel while {@link #next} waits for
 * answers, so that a long pipeline never blocks on answers that nobody reads. {@link #close} may come from any thread and fails
 * whoever waits.
 */
public final class PostgresSession implements AutoCloseable {
    private static final byte[] UNNAMED = {};
    private static final int[] INFERRED = {};

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final FrontendBuffer out = new FrontendBuffer();
    private final BackendBuffer in = new BackendBuffer();
    private long deadlineNanos;
    private boolean hasDeadline;
    private int pid;

    private PostgresSession(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    /**
     * Opens a session over the trusted socket.
     *
     * @param options settings of the session's start, stronger than those of role and database
     * @throws PostgresError when PostgreSQL refuses (57P03 while it starts)
     */
    public static PostgresSession open(
            SocketAddress address, String user, String database, Map<String, String> options, Duration timeout)
            throws IOException {
        PostgresSession session = connect(address);
        try {
            session.deadline(timeout);
            var parameters = new LinkedHashMap<String, String>(options);
            parameters.put("user", user);
            parameters.put("database", database);
            parameters.put("client_encoding", "UTF8");
            session.out.startup(parameters);
            session.awaitStart();
            session.deadline(null);
            return session;
        } catch (IOException | RuntimeException e) {
            session.abort();
            throw e;
        }
    }

    /** The server process that serves this session. */
    public int pid() {
        return pid;
    }

    /** Where messages are gathered. */
    public FrontendBuffer out() {
        return out;
    }

    /** The current answer, after {@link #next}. */
    public BackendBuffer in() {
        return in;
    }

    /** From now on waiting longer than this fails with an {@link IOException}; null: wait for ever. */
    public void deadline(@Nullable Duration timeout) {
        hasDeadline = timeout != null;
        deadlineNanos = timeout == null ? 0 : System.nanoTime() + timeout.toNanos();
    }

    /** Sends what was gathered and waits for one whole message; tells its type. */
    public char next() throws IOException {
        while (!in.advance()) {
            boolean asks = out.size() > 0;
            boolean isWriting = write();
            boolean hasJustAsked = asks && !isWriting; // The answer cannot be here yet.
            if (!hasJustAsked && read() > 0) {
                continue;
            }
            key.interestOps(isWriting ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            select();
        }
        return in.type();
    }

    /** Executes one statement with text parameters; gives the rows of its result as text. */
    public List<@Nullable String[]> rows(String sql, @Nullable String... values) throws IOException {
        out.parse(UNNAMED, sql, INFERRED).bindText(UNNAMED, values).execute().sync();
        return drain();
    }

    /** Executes statements without parameters, as one simple query. */
    public void execute(String sql) throws IOException {
        out.query(sql);
        drain();
    }

    /** The only column of the only row. */
    public String single(String sql, @Nullable String... values) throws IOException {
        List<@Nullable String[]> rows = rows(sql, values);
        if (rows.size() != 1 || rows.getFirst()[0] == null) {
            throw new IOException("Expected one value, got " + rows.size() + " rows from: " + sql);
        }
        return rows.getFirst()[0];
    }

    /** Whether the connection stands as far as this side knows. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        if (channel.isOpen()) {
            try {
                channel.write(new FrontendBuffer().terminate().flip());
            } catch (IOException e) {
                // The other side is gone already: then there is nobody to say goodbye to.
                abort();
                return;
            }
        }
        abort();
    }

    private static PostgresSession connect(SocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        try {
            return new PostgresSession(channel, Selector.open());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void awaitStart() throws IOException {
        while (true) {
            switch (next()) {
                case 'Z' -> {
                    return;
                }
                case 'E' -> throw in.error();
                case 'K' -> pid = in.intAt(0);
                case 'R' -> {
                    if (in.intAt(0) != 0) {
                        throw new IOException("PostgreSQL does not trust its private socket: authentication "
                                + in.intAt(0) + " was asked for");
                    }
                }
                default -> {
                    // ParameterStatus and NoticeResponse: nobody asks for them.
                }
            }
        }
    }

    private List<@Nullable String[]> drain() throws IOException {
        var rows = new ArrayList<@Nullable String[]>();
        PostgresError error = null;
        while (true) {
            switch (next()) {
                case 'Z' -> {
                    if (error != null) {
                        throw error;
                    }
                    return rows;
                }
                case 'D' -> rows.add(in.textRow());
                case 'E' -> error = in.error();
                case 'G' -> out.copyFail("COPY is not used here");
                default -> {
                    // Completions and notices carry nothing that is asked for.
                }
            }
        }
    }

    /** Whether something is left to be written. */
    private boolean write() throws IOException {
        if (out.size() == 0) {
            return false;
        }
        channel.write(out.flip());
        out.compact();
        return out.size() > 0;
    }

    private int read() throws IOException {
        ByteBuffer room = in.toFill();
        int count;
        try {
            count = channel.read(room);
        } finally {
            in.filled();
        }
        if (count < 0) {
            throw new EOFException("PostgreSQL closed the session");
        }
        return count;
    }

    private void select() throws IOException {
        long millis = hasDeadline ? Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000) : 0;
        selector.select(millis);
        selector.selectedKeys().clear();
        if (!channel.isOpen() || Thread.interrupted()) {
            abort();
            throw new IOException("The session was closed");
        }
        if (hasDeadline && System.nanoTime() - deadlineNanos >= 0) {
            throw new IOException("PostgreSQL did not answer in time");
        }
    }

    private void abort() {
        try (selector;
                channel) {
            selector.wakeup();
        } catch (IOException e) {
            // Closing is all that was wanted, and both are closed as far as this process can.
            Thread.onSpinWait();
        }
    }
}
