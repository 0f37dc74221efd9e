package io.omnisql.node.pgprotocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one direction of a connection into messages. Bounded: a message above {@code bodyBytesMax} is a {@link ProtocolViolation},
 * except for those that only pass through, which are never held. Memory follows what has arrived, not what a header announces.
 * Not thread-safe.
 */
public final class FrameSplitter {
    private static final String FRONTEND_TYPES = "QPBDCEHSXFpdcf";
    private static final String BACKEND_TYPES = "RK23CGHWDIEVvnNAtS1sZTdc";
    private static final int LENGTH_BYTES = 4;
    private static final int HEADER_BYTES = 5;

    private int bodyBytesMax;
    private final String types;
    private final String passingTypes;
    private byte[] bytes = new byte[0];
    private int start;
    private int end;
    private long passingBytesLeft;

    private FrameSplitter(int bodyBytesMax, String types, String passingTypes) {
        this.bodyBytesMax = bodyBytesMax;
        this.types = types;
        this.passingTypes = passingTypes;
    }

    /** For what a client sends. */
    public static FrameSplitter ofFrontend(int bodyBytesMax) {
        return new FrameSplitter(bodyBytesMax, FRONTEND_TYPES, "");
    }

    /** For what a server sends. */
    public static FrameSplitter ofBackend(int bodyBytesMax) {
        return new FrameSplitter(bodyBytesMax, BACKEND_TYPES, "");
    }

    /** For what a server sends; messages of {@code passingTypes} come as {@link Piece.Passing}, as much as there is at once. */
    public static FrameSplitter ofBackend(int bodyBytesMax, String passingTypes) {
        return new FrameSplitter(bodyBytesMax, BACKEND_TYPES, passingTypes);
    }

    /** Allows larger messages from now on: a client that has shown its password may send more than a stranger. */
    public void raiseBound(int newBodyBytesMax) {
        bodyBytesMax = Math.max(bodyBytesMax, newBodyBytesMax);
    }

    /** Adds what was received. The array belongs to the splitter from now on. */
    public void push(byte[] chunk) {
        if (start == end) {
            bytes = chunk;
            start = 0;
            end = chunk.length;
            return;
        }
        int pending = end - start;
        if (chunk.length > bytes.length - end) {
            // A new array, never a move within the old one: pieces handed out are views of it.
            int capacity = Math.max(Math.addExact(pending, chunk.length), 2 * Math.min(pending, 1 << 29));
            bytes = Arrays.copyOf(Arrays.copyOfRange(bytes, start, end), capacity);
            start = 0;
            end = pending;
        }
        System.arraycopy(chunk, 0, bytes, end, chunk.length);
        end += chunk.length;
    }

    /** The next packet in the form that it has before a session is open (no type), without its length; null when more must arrive. */
    public @Nullable ByteBuffer nextStartupPacket() {
        if (end - start < LENGTH_BYTES) {
            return null;
        }
        int length = length(start);
        if (end - start < length) {
            return null;
        }
        ByteBuffer body = view(start + LENGTH_BYTES, start + length);
        start += length;
        return body;
    }

    /** The next message, or bytes that pass; null when more must arrive. */
    public @Nullable Piece next() {
        int from = start;
        skipPassing();
        if (start > from) {
            return new Piece.Passing(view(from, start));
        }
        if (passingBytesLeft > 0 || end - start < HEADER_BYTES) {
            return null;
        }
        byte type = knownType();
        int size = 1 + length(start + 1);
        if (end - start < size) {
            return null;
        }
        var frame = new Piece.Frame(type, view(start, start + size));
        start += size;
        return frame;
    }

    /** Whether the next message is of this type, as far as its header has arrived. */
    public boolean isNext(char type) {
        return passingBytesLeft == 0 && end - start >= HEADER_BYTES && bytes[start] == (byte) type;
    }

    /** Bytes that were pushed and not handed out yet. */
    public int pendingBytes() {
        return end - start;
    }

    /** Whether nothing is left of what was pushed. */
    public boolean isEmpty() {
        return start == end;
    }

    /** Moves behind all bytes that only pass through. */
    private void skipPassing() {
        while (start < end) {
            if (passingBytesLeft == 0 && !isPassingNext()) {
                return;
            }
            if (passingBytesLeft == 0) {
                passingBytesLeft = 1L + anyLength(start + 1);
            }
            int step = (int) Math.min(passingBytesLeft, end - start);
            start += step;
            passingBytesLeft -= step;
        }
    }

    private boolean isPassingNext() {
        return end - start >= HEADER_BYTES && passingTypes.indexOf(knownType()) >= 0;
    }

    private byte knownType() {
        byte type = bytes[start];
        if (types.indexOf(type) < 0) {
            throw new ProtocolViolation("Unknown message type " + (type & 0xFF));
        }
        return type;
    }

    private int length(int at) {
        int length = anyLength(at);
        if (length - LENGTH_BYTES > bodyBytesMax) {
            throw new ProtocolViolation(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "A message of " + length + " bytes is larger than the " + bodyBytesMax + " allowed");
        }
        return length;
    }

    private int anyLength(int at) {
        int length = ByteBuffer.wrap(bytes).getInt(at);
        if (length < LENGTH_BYTES) {
            throw new ProtocolViolation("A message announces an impossible length of " + length);
        }
        return length;
    }

    private ByteBuffer view(int from, int to) {
        return ByteBuffer.wrap(bytes, from, to - from).slice();
    }
}
