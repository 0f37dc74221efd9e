package io.omnisql.node.pgprotocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one message's body; whatever is missing or left over is a {@link ProtocolViolation}. */
final class WireReader {
    private final ByteBuffer body;
    private final Charset charset;

    WireReader(ByteBuffer body, Charset charset) {
        this.body = body.duplicate();
        this.charset = charset;
    }

    byte int8() {
        need(1);
        return body.get();
    }

    int int16() {
        need(2);
        return body.getShort();
    }

    /** A count of things that take at least {@code bytesEach}: checked before anyone allocates room for them. */
    int count16(int bytesEach) {
        int count = int16() & 0xFFFF;
        need(count * bytesEach);
        return count;
    }

    int count32(int bytesEach) {
        int count = int32();
        if (count < 0 || count > body.remaining() / bytesEach) {
            throw new ProtocolViolation("A message's count " + count + " does not fit its length");
        }
        return count;
    }

    int int32() {
        need(4);
        return body.getInt();
    }

    /** A zero-terminated text; malformed text is refused, never repaired, because it would change a client's values. */
    String string() {
        int start = body.position();
        int end = start;
        while (end < body.limit() && body.get(end) != 0) {
            end++;
        }
        if (end == body.limit()) {
            throw new ProtocolViolation("A text in a message has no terminator");
        }
        ByteBuffer text = body.duplicate().limit(end);
        body.position(end + 1);
        return decode(text);
    }

    private String decode(ByteBuffer text) {
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(text)
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new ProtocolViolation(
                    SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                    "invalid byte sequence for encoding \"" + charset.name() + "\"");
        }
    }

    byte[] bytes(int length) {
        need(length);
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    byte[] rest() {
        return bytes(body.remaining());
    }

    /** A value with its length before it, where -1 stands for NULL. */
    byte @Nullable [] value() {
        int length = int32();
        if (length == -1) {
            return null;
        }
        if (length < 0) {
            throw new ProtocolViolation("A value's length is " + length);
        }
        return bytes(length);
    }

    List<Integer> int16s() {
        int count = count16(2);
        List<Integer> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(int16());
        }
        return numbers;
    }

    List<Integer> int32s() {
        int count = count16(4);
        List<Integer> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(int32());
        }
        return numbers;
    }

    List<byte @Nullable []> values() {
        int count = count16(4);
        List<byte @Nullable []> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(value());
        }
        return values;
    }

    void end() {
        if (body.hasRemaining()) {
            throw new ProtocolViolation("A message has " + body.remaining() + " bytes too many");
        }
    }

    private void need(int length) {
        if (length > body.remaining()) {
            throw new ProtocolViolation("A message ends early: " + length + " bytes more were announced, but "
                    + body.remaining() + " are there");
        }
    }
}
