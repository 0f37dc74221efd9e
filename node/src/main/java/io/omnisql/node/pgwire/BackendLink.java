package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage.ParameterStatus;
import io.omnisql.node.pgprotocol.FrameSplitter;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage;
import io.omnisql.node.pgprotocol.Piece;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client's own session of PostgreSQL, as one side of a connection: sends messages and hands each answer to the {@link Reply}
 * that waits for it. Keeps the protocol's rule that after an error everything up to Sync is skipped. Event loop only.
 */
final class BackendLink {
    /** Rows and COPY data pass through; all other messages of PostgreSQL are small. */
    private static final String PASSING_TYPES = "Dd";

    private static final int MESSAGE_BYTES_MAX = 64 << 20;
    private static final byte[] COPY_FAIL =
            FrontendEncoder.encode(new FrontendMessage.CopyFail("COPY FROM STDIN does not go through the log yet"));
    private static final byte[] FLUSH = FrontendEncoder.encode(new FrontendMessage.Flush());

    private final NetSocket socket;
    private final ChunkedOutput output;
    private final Listener listener;
    private final boolean isReader;
    private final FrameSplitter splitter = FrameSplitter.ofBackend(MESSAGE_BYTES_MAX, PASSING_TYPES);
    private final ArrayDeque<Reply> owed = new ArrayDeque<>();
    private final List<Promise<Void>> drained = new ArrayList<>();
    private boolean skipsUntilSync;
    private boolean isUnitOpen;

    /** Hears what does not answer any message. */
    interface Listener {
        /** To the client at once: a notification, a changed setting, a notice or an error out of the blue. */
        void unasked(ByteBuffer message);

        /** A reported setting changed; the message was handed to {@link #unasked} already. */
        void parameterStatus(String name, String value);

        /** Everything that had arrived was handled. */
        void chunkEnded();
    }

    /** @param isReader whether this node is a read replica, and the client shall know it */
    BackendLink(NetSocket socket, Listener listener, boolean isReader) {
        this.isReader = isReader;
        this.socket = socket;
        this.output = new ChunkedOutput(socket);
        this.listener = listener;
    }

    /** Bytes that no reply answers (the startup's). */
    void sendPlain(ByteBuffer bytes) {
        output.add(bytes);
    }

    /** One message, and who waits for its answer. */
    void send(ByteBuffer message, Reply reply) {
        if (skipsUntilSync && reply.kind() != Reply.Kind.SYNC) {
            reply.skipped();
            return;
        }
        skipsUntilSync = false;
        switch (reply.kind()) {
            case SYNC -> isUnitOpen = false;
            case QUERY -> {}
            case PARSE, BIND, CLOSE, DESCRIBE, EXECUTE -> isUnitOpen = true;
        }
        output.add(message);
        owed.add(reply);
    }

    void send(FrontendMessage message, Reply reply) {
        send(ByteBuffer.wrap(FrontendEncoder.encode(message)), reply);
    }

    /** Asks PostgreSQL to send what it holds back. */
    void requestFlush() {
        output.add(FLUSH);
    }

    /** Completes when nothing is owed any more; asks PostgreSQL for it. */
    Future<Void> drain() {
        if (owed.isEmpty()) {
            return Future.succeededFuture();
        }
        requestFlush();
        output.flush();
        Promise<Void> promise = Promise.promise();
        drained.add(promise);
        return promise.future();
    }

    boolean owesNothing() {
        return owed.isEmpty();
    }

    /** Whether PostgreSQL got messages that only a Sync ends. */
    boolean isUnitOpen() {
        return isUnitOpen;
    }

    boolean skipsUntilSync() {
        return skipsUntilSync;
    }

    void flush() {
        output.flush();
    }

    NetSocket socket() {
        return socket;
    }

    /** Handles what PostgreSQL sent. */
    void received(Buffer chunk) {
        splitter.push(chunk.getBytes());
        for (Piece piece = splitter.next(); piece != null; piece = splitter.next()) {
            switch (piece) {
                case Piece.Frame frame -> frame(frame);
                case Piece.Passing passing -> rows(passing.bytes());
            }
        }
        if (owed.isEmpty() && !drained.isEmpty()) {
            List<Promise<Void>> waiting = List.copyOf(drained);
            drained.clear();
            waiting.forEach(Promise::complete);
        }
        listener.chunkEnded();
    }

    private void rows(ByteBuffer bytes) {
        Reply head = owed.peek();
        if (head != null) {
            head.passing(bytes);
        }
    }

    private void frame(Piece.Frame frame) {
        Reply head = owed.peek();
        switch (frame.type()) {
            case 'S' -> parameterStatus(frame);
            case 'A' -> listener.unasked(frame.bytes());
            case 'G' -> output.add(COPY_FAIL); // Its error comes back as the statement's result.
            case 'E' -> error(frame, head);
            default -> {
                if (head == null) {
                    listener.unasked(frame.bytes());
                } else {
                    answer(frame, head);
                }
            }
        }
    }

    private void parameterStatus(Piece.Frame frame) {
        var status = (ParameterStatus) BackendDecoder.UTF_8.decode(frame.type(), frame.body());
        listener.unasked(ReportedSettings.forClient(status, frame.bytes(), isReader));
        listener.parameterStatus(status.name(), status.value());
    }

    private void answer(Piece.Frame frame, Reply head) {
        boolean isLast = head.kind().isLast(frame.type());
        if (isLast) {
            owed.remove();
        }
        head.frame(frame);
        if (isLast) {
            head.completed();
        }
    }

    private void error(Piece.Frame frame, @Nullable Reply head) {
        if (head == null) {
            listener.unasked(frame.bytes());
            return;
        }
        if (head.kind().outlivesErrors()) {
            head.failed(frame);
            return;
        }
        owed.remove();
        skipsUntilSync = true;
        List<Reply> skipped = new ArrayList<>();
        while (!owed.isEmpty() && !owed.element().kind().outlivesErrors()) {
            skipped.add(Objects.requireNonNull(owed.poll()));
        }
        if (!owed.isEmpty()) {
            skipsUntilSync = false; // Its Sync is already on the way.
        }
        // The last first: each may take back what it had changed.
        skipped.reversed().forEach(Reply::skipped);
        head.failed(frame);
    }
}
