package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationSASL;
import io.omnisql.node.pgprotocol.BackendMessage.AuthenticationSASLContinue;
import io.omnisql.node.pgprotocol.BackendMessage.BackendKeyData;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.BackendMessage.ParameterStatus;
import io.omnisql.node.pgprotocol.BackendMessage.ReadyForQuery;
import io.omnisql.node.pgprotocol.FrameSplitter;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.SASLInitialResponse;
import io.omnisql.node.pgprotocol.FrontendMessage.SASLResponse;
import io.omnisql.node.pgprotocol.FrontendMessage.StartupMessage;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.pgprotocol.WireWriter;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client that says exactly what a test wants said, frame by frame. Blocking; a test's own timeout bounds it. */
final class FrameClient implements AutoCloseable {
    private final SocketChannel channel;
    private final FrameSplitter splitter = FrameSplitter.ofBackend(64 << 20);
    private final ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
    private final Map<String, String> reported = new TreeMap<>();
    private @Nullable BackendKeyData key;

    private FrameClient(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connected, nothing said yet. */
    static FrameClient connect(SocketAddress address) throws IOException {
        return new FrameClient(SocketChannel.open(address));
    }

    /** A session; the password is not needed where the server trusts. */
    static FrameClient open(SocketAddress address, String user, String password, Map<String, String> options)
            throws IOException {
        FrameClient client = connect(address);
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("user", user);
        parameters.put("database", "postgres");
        parameters.putAll(options);
        client.send(new StartupMessage(3, 0, parameters));
        List<BackendMessage> answers = client.authenticate(user, password);
        for (BackendMessage answer : answers) {
            if (answer instanceof BackendKeyData given) {
                client.key = given;
            } else if (answer instanceof ParameterStatus setting) {
                client.reported.put(setting.name(), setting.value());
            } else if (answer instanceof ErrorResponse error) {
                client.close();
                throw new IOException(
                        error.fields().sqlState() + " " + error.fields().message());
            }
        }
        return client;
    }

    private List<BackendMessage> authenticate(String user, String password) throws IOException {
        List<BackendMessage> answers = new ArrayList<>();
        var scram = new ScramClient(password);
        while (true) {
            BackendMessage answer = next();
            answers.add(answer);
            switch (answer) {
                case AuthenticationSASL ignored -> send(new SASLInitialResponse("SCRAM-SHA-256", scram.first(user)));
                case AuthenticationSASLContinue step -> send(new SASLResponse(scram.last(step.data())));
                case ReadyForQuery ignored -> {
                    return answers;
                }
                case ErrorResponse ignored -> {
                    return answers;
                }
                default -> {}
            }
        }
    }

    /** What the server told of this setting when the session was opened. */
    String reported(String setting) {
        return reported.getOrDefault(setting, "");
    }

    BackendKeyData key() {
        if (key == null) {
            throw new IllegalStateException("No key was told");
        }
        return key;
    }

    /** Sends messages in one write. */
    void send(FrontendMessage... messages) throws IOException {
        var out = new WireWriter();
        for (FrontendMessage message : messages) {
            FrontendEncoder.encode(message, out);
        }
        send(out.toByteArray());
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** The next message as it came. */
    Piece.Frame nextFrame() throws IOException {
        Piece piece = splitter.next();
        while (piece == null) {
            chunk.clear();
            int count = channel.read(chunk);
            if (count < 0) {
                throw new IOException("The server closed the connection");
            }
            splitter.push(Arrays.copyOf(chunk.array(), count));
            piece = splitter.next();
        }
        return (Piece.Frame) piece;
    }

    /** Whether the server says nothing for so long. Only between messages. */
    boolean hearsNothingFor(Duration time) throws IOException {
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            return selector.select(time.toMillis()) == 0;
        } finally {
            channel.configureBlocking(true);
        }
    }

    BackendMessage next() throws IOException {
        Piece.Frame frame = nextFrame();
        return BackendDecoder.UTF_8.decode(frame.type(), frame.body());
    }

    /** Everything up to and with ReadyForQuery. */
    List<BackendMessage> untilReady() throws IOException {
        List<BackendMessage> messages = new ArrayList<>();
        BackendMessage message;
        do {
            message = next();
            messages.add(message);
        } while (!(message instanceof ReadyForQuery));
        return messages;
    }

    /** One string by the simple protocol. */
    List<BackendMessage> query(String sql) throws IOException {
        send(new FrontendMessage.Query(sql));
        return untilReady();
    }

    /** Waits until the server closes the connection; gives what it said before. */
    List<BackendMessage> untilClosed() {
        List<BackendMessage> messages = new ArrayList<>();
        try {
            while (true) {
                messages.add(next());
            }
        } catch (IOException closed) {
            return messages;
        }
    }

    /** Goes away without a word. */
    void abort() throws IOException {
        channel.socket().setSoLinger(true, 0);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
