package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage.ReadyForQuery;
import io.omnisql.node.pgprotocol.Piece;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** ReadyForQuery after a Sync: the session's status is known again, and what had to wait for it goes on. */
final class SyncedReply extends Reply {
    private final PgSession session;
    private final Consumer<Piece.Frame> onError;
    private final Runnable next;

    SyncedReply(PgSession session, Consumer<Piece.Frame> onError, Runnable next) {
        super(Kind.SYNC);
        this.session = session;
        this.onError = onError;
        this.next = next;
    }

    @Override
    void frame(Piece.Frame frame) {
        if (frame.type() == 'Z') {
            var ready = (ReadyForQuery) BackendDecoder.UTF_8.decode(frame.type(), frame.body());
            session.status(ready.status());
        } else {
            session.tell(frame.bytes());
        }
    }

    @Override
    void passing(ByteBuffer bytes) {
        session.tell(bytes);
    }

    @Override
    void failed(Piece.Frame error) {
        onError.accept(error);
    }

    @Override
    void completed() {
        next.run();
    }
}
