package io.omnisql.node.transport;

import java.io.IOException;

/** What a frame holds; the code travels, and those of the handshake never change. */
enum FrameKind {
    /** Handshake: who I am. The first frame of each side. */
    HELLO(0),
    /** Handshake: why I do not talk to you, as text. The last frame of a connection. */
    REFUSAL(1),
    /** Are you there? */
    PING(2),
    /** I am. */
    PONG(3),
    /** A message of the protocol. */
    MESSAGE(4),
    /** A question: its id, its kind, its payload. */
    CALL(5),
    /** The answer: the question's id, the payload. */
    ANSWER(6),
    /** No answer: the question's id, the reason as text. */
    FAILURE(7),
    /** Instead of a handshake: a question of who knows nobody yet, and its answer. */
    INTRODUCTION(8);

    private static final FrameKind[] KINDS = values();

    private final int code;

    FrameKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static FrameKind of(int code) throws IOException {
        for (FrameKind kind : KINDS) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IOException("unknown kind of frame: " + code);
    }
}
