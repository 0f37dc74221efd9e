package io.omnisql.node.pgprotocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {

    @ParameterizedTest
    @MethodSource("io.omnisql.node.pgprotocol.SampleMessages#frontend")
    void frontendMessageComesBackAsItWas(FrontendMessage message) {
        byte[] encoded = FrontendEncoder.encode(message);

        var splitter = FrameSplitter.ofFrontend(1_000);
        splitter.push(encoded);
        var frame = (Piece.Frame) splitter.next();

        assertThat(frame).isNotNull();
        var decoded = FrontendDecoder.UTF_8.decode(frame.type(), frame.body());
        assertThat(decoded).usingRecursiveComparison().isEqualTo(message);
        assertThat(FrontendEncoder.encode(decoded)).isEqualTo(encoded);
        assertThat(splitter.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("io.omnisql.node.pgprotocol.SampleMessages#startup")
    void startupPacketComesBackAsItWas(FrontendMessage.StartupPacket packet) {
        var splitter = FrameSplitter.ofFrontend(1_000);

        splitter.push(FrontendEncoder.encode(packet));
        ByteBuffer body = splitter.nextStartupPacket();

        assertThat(body).isNotNull();
        assertThat(FrontendDecoder.UTF_8.startup(body))
                .usingRecursiveComparison()
                .isEqualTo(packet);
    }

    @ParameterizedTest
    @MethodSource("io.omnisql.node.pgprotocol.SampleMessages#backend")
    void backendMessageComesBackAsItWas(BackendMessage message) {
        byte[] encoded = BackendEncoder.encode(message);

        var splitter = FrameSplitter.ofBackend(1_000);
        splitter.push(encoded);
        var frame = (Piece.Frame) splitter.next();

        assertThat(frame).isNotNull();
        var decoded = BackendDecoder.UTF_8.decode(frame.type(), frame.body());
        assertThat(decoded).usingRecursiveComparison().isEqualTo(message);
        assertThat(BackendEncoder.encode(decoded)).isEqualTo(encoded);
    }

    @Test
    void encodesASimpleQueryAsTheProtocolSays() {
        assertThat(FrontendEncoder.encode(new FrontendMessage.Query("a"))).containsExactly('Q', 0, 0, 0, 6, 'a', 0);
    }

    @Test
    void refusesTextThatIsNotInTheClientsEncodingInsteadOfRepairingIt() {
        byte[] malformed = {(byte) 0xC3, 0x28, 0};

        assertThatThrownBy(() -> FrontendDecoder.UTF_8.decode((byte) 'Q', ByteBuffer.wrap(malformed)))
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.isOnlyText()).isTrue());
    }

    @Test
    void refusesTextThatWouldEndEarly() {
        assertThatThrownBy(() -> FrontendEncoder.encode(new FrontendMessage.Query("a\0b")))
                .isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void readsTheFieldsOfAnError() {
        var fields =
                ErrorFields.error("22012", "division by zero").withDetail("d").withHint(null);

        assertThat(fields.severity()).isEqualTo("ERROR");
        assertThat(fields.sqlState()).isEqualTo("22012");
        assertThat(fields.message()).isEqualTo("division by zero");
        assertThat(fields.detail()).isEqualTo("d");
        assertThat(fields.hint()).isNull();
    }
}
