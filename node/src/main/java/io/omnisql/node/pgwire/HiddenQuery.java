package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage.DataRow;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.FrameSplitter;
import io.omnisql.node.pgprotocol.FrontendMessage.Query;
import io.omnisql.node.pgprotocol.Piece;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A question of our own in the client's session of PostgreSQL; the client sees nothing of it. */
final class HiddenQuery extends Reply {
    private static final int ROW_BYTES_MAX = 1 << 20;
    private final FrameSplitter rowSplitter = FrameSplitter.ofBackend(ROW_BYTES_MAX);
    private final List<List<String>> rows = new ArrayList<>();
    private final Promise<List<List<String>>> promise = Promise.promise();
    private @Nullable ErrorFields error;

    private HiddenQuery() {
        super(Kind.QUERY);
    }

    /** PostgreSQL refused it. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(ErrorFields error) {
            super(error.sqlState() + " " + error.message(), null, false, false);
        }
    }

    /** Rows as texts, NULL as the empty text. */
    static Future<List<List<String>>> ask(BackendLink backend, String sql) {
        var question = new HiddenQuery();
        backend.send(new Query(sql), question);
        backend.flush();
        return question.promise.future();
    }

    @Override
    void frame(Piece.Frame frame) {}

    @Override
    void passing(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        rowSplitter.push(copy);
        for (Piece piece = rowSplitter.next(); piece != null; piece = rowSplitter.next()) {
            if (piece instanceof Piece.Frame frame
                    && BackendDecoder.UTF_8.decode(frame.type(), frame.body()) instanceof DataRow row) {
                rows.add(texts(row));
            }
        }
    }

    private static List<String> texts(DataRow row) {
        List<String> texts = new ArrayList<>();
        for (byte @Nullable [] value : row.values()) {
            texts.add(value == null ? "" : new String(value, StandardCharsets.UTF_8));
        }
        return texts;
    }

    @Override
    void failed(Piece.Frame frame) {
        if (BackendDecoder.UTF_8.decode(frame.type(), frame.body()) instanceof ErrorResponse response) {
            error = response.fields();
        }
    }

    @Override
    void completed() {
        if (error != null) {
            promise.fail(new Failed(error));
        } else {
            promise.complete(rows);
        }
    }
}
