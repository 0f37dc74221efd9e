package io.omnisql.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A TCP relay to a database which, when told to, delivers a request and then breaks the connection instead of answering. */
public final class AnswerLoser implements AutoCloseable {
    private static final String COMMAND_COMPLETE_OF_INSERT = "INSERT 0 1";

    private final ServerSocket server;
    private final int port;
    private final Thread acceptor;
    private final AtomicInteger answersToLose = new AtomicInteger();

    /** Relays to this port of this machine. */
    public AnswerLoser(int port) throws IOException {
        this.port = port;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.acceptor = Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The answers to the next so many inserts are lost, each with its connection. */
    public void loseAnswers(int count) {
        answersToLose.set(count);
    }

    /** Nobody is let in any more when it returns: the port is open until the thread that accepts has seen that it is closed. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            assertThat(acceptor.join(Duration.ofSeconds(30))).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket database = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.ofVirtual().start(() -> relay(client, database, _ -> false));
                Thread.ofVirtual().start(() -> relay(database, client, this::isToBeLost));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private boolean isToBeLost(byte[] answer) {
        return contains(answer) && answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    private static void relay(Socket from, Socket to, Predicate<byte[]> isToBeLost) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[1 << 16];
            int length = in.read(buffer);
            while (length >= 0 && !isToBeLost.test(Arrays.copyOf(buffer, length))) {
                out.write(buffer, 0, length);
                out.flush();
                length = in.read(buffer);
            }
        } catch (IOException broken) {
            // One side hung up; both are closed.
        }
    }

    private static boolean contains(byte[] answer) {
        return new String(answer, StandardCharsets.US_ASCII).contains(COMMAND_COMPLETE_OF_INSERT);
    }
}
