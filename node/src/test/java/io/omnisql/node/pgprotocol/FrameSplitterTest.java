package io.omnisql.node.pgprotocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameSplitterTest {

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void givesEveryByteOnceAndInOrderHoweverItArrives(long seed) {
        var random = new Random(seed);
        byte[] stream = backendStream(random);
        var splitter = FrameSplitter.ofBackend(10_000, random.nextBoolean() ? "Dd" : "");

        var received = new ByteArrayOutputStream();
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        while (at < stream.length) {
            int step = Math.min(1 + random.nextInt(random.nextBoolean() ? 4 : 3_000), stream.length - at);
            splitter.push(Arrays.copyOfRange(stream, at, at + step));
            at += step;
            for (Piece piece = splitter.next(); piece != null; piece = splitter.next()) {
                pieces.add(piece);
            }
        }
        // The pieces are looked at only now: they must have stayed valid.
        pieces.forEach(piece -> received.writeBytes(bytesOf(piece)));

        assertThat(received.toByteArray()).isEqualTo(stream);
        assertThat(splitter.isEmpty()).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void brokenBytesGiveNothingButAProtocolViolation(long seed) {
        var random = new Random(seed);
        byte[] stream = broken(random.nextBoolean() ? backendStream(random) : frontendStream(random), random);

        readAll(FrameSplitter.ofBackend(10_000), stream, BackendDecoder.UTF_8::decode);
        readAll(FrameSplitter.ofFrontend(10_000), stream, FrontendDecoder.UTF_8::decode);
        readStartup(stream);
    }

    @Test
    void refusesAMessageAboveTheBoundBeforeItArrives() {
        var splitter = FrameSplitter.ofFrontend(100);

        splitter.push(new byte[] {'Q', 0, 0, 1, 0});

        assertThatThrownBy(splitter::next)
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.sqlState()).isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED));
    }

    @Test
    void letsRowsAboveTheBoundPassInParts() {
        var splitter = FrameSplitter.ofBackend(100, "D");
        byte[] header = {'D', 0, 1, 0, 0};

        splitter.push(header);
        assertThat(bytesOf(splitter.next())).isEqualTo(header);
        splitter.push(new byte[65_532]);
        assertThat(bytesOf(splitter.next())).hasSize(65_532);
        splitter.push(BackendEncoder.encode(new BackendMessage.NoData()));

        assertThat(splitter.next()).isInstanceOf(Piece.Frame.class);
    }

    @Test
    void refusesAnUnknownTypeAtItsFirstByte() {
        var splitter = FrameSplitter.ofFrontend(100);

        splitter.push(new byte[] {'?', 0, 0, 0, 4});

        assertThatThrownBy(splitter::next).isInstanceOf(ProtocolViolation.class);
    }

    private static void readAll(FrameSplitter splitter, byte[] stream, Decoder decoder) {
        try {
            splitter.push(stream);
            for (Piece piece = splitter.next(); piece != null; piece = splitter.next()) {
                var frame = (Piece.Frame) piece;
                decodeTolerantly(decoder, frame);
            }
        } catch (ProtocolViolation clear) {
            assertThat(clear.getMessage()).isNotBlank();
        }
    }

    /** A violation in one body must not hide what the next bodies do. */
    private static void decodeTolerantly(Decoder decoder, Piece.Frame frame) {
        try {
            assertThat(decoder.decode(frame.type(), frame.body())).isNotNull();
        } catch (ProtocolViolation clear) {
            assertThat(clear.sqlState()).hasSize(5);
        }
    }

    private static void readStartup(byte[] stream) {
        try {
            var splitter = FrameSplitter.ofFrontend(10_000);
            splitter.push(stream);
            ByteBuffer body = splitter.nextStartupPacket();
            if (body != null) {
                assertThat(FrontendDecoder.UTF_8.startup(body)).isNotNull();
            }
        } catch (ProtocolViolation clear) {
            assertThat(clear.getMessage()).isNotBlank();
        }
    }

    private static byte[] broken(byte[] stream, Random random) {
        byte[] cut = Arrays.copyOf(stream, random.nextInt(stream.length + 1));
        int flips = random.nextInt(20);
        for (int i = 0; i < flips && cut.length > 0; i++) {
            cut[random.nextInt(cut.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(4) == 0) {
            random.nextBytes(cut);
        }
        return cut;
    }

    private static byte[] backendStream(Random random) {
        var out = new WireWriter();
        List<BackendMessage> samples = SampleMessages.backend();
        for (int i = 0; i < 40; i++) {
            BackendEncoder.encode(samples.get(random.nextInt(samples.size())), out);
        }
        return out.toByteArray();
    }

    private static byte[] frontendStream(Random random) {
        var out = new WireWriter();
        List<FrontendMessage> samples = SampleMessages.frontend();
        for (int i = 0; i < 40; i++) {
            FrontendEncoder.encode(samples.get(random.nextInt(samples.size())), out);
        }
        return out.toByteArray();
    }

    private static byte[] bytesOf(@Nullable Piece piece) {
        ByteBuffer view = switch (piece) {
            case Piece.Frame frame -> frame.bytes().duplicate();
            case Piece.Passing passing -> passing.bytes().duplicate();
            case null -> throw new AssertionError("No piece");
        };
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    private interface Decoder {
        Object decode(byte type, ByteBuffer body);
    }
}
