package io.omnisql.node.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandCodecTest {
    private static final int BYTES_MAX = 1 << 20;

    static LongStream seeds() {
        return Long.getLong("seed") == null ? LongStream.range(0, 200) : LongStream.of(Long.getLong("seed"));
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void givesBackWhatItWrote(long seed) {
        ReplicatedCommand command = randomCommand(new SplittableRandom(seed));

        byte[] bytes = CommandCodec.encode(command, BYTES_MAX);

        ReplicatedCommand decoded = CommandCodec.decode(bytes);
        assertThat(decoded).usingRecursiveComparison().isEqualTo(command);
        assertThat(CommandCodec.encode(decoded, BYTES_MAX)).isEqualTo(bytes);
    }

    @Test
    void refusesACommandThatIsCutAnywhere() {
        byte[] bytes = CommandCodec.encode(randomCommand(new SplittableRandom(7)), BYTES_MAX);

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CommandCodec.decode(cut)).isInstanceOf(MalformedCommand.class);
        }
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void makesOfFlippedBytesAnotherCommandOrAClearErrorAndNothingElse(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = CommandCodec.encode(randomCommand(random), BYTES_MAX);
        byte[] flipped = bytes.clone();
        flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));

        try {
            ReplicatedCommand decoded = CommandCodec.decode(flipped);
            assertThat(CommandCodec.encode(decoded, BYTES_MAX)).isEqualTo(flipped);
        } catch (MalformedCommand e) {
            assertThat(e).hasMessageMatching("(?s).{8,}");
        }
    }

    @Test
    void refusesBytesBehindTheCommand() {
        byte[] bytes = CommandCodec.encode(randomCommand(new SplittableRandom(3)), BYTES_MAX);

        assertThatThrownBy(() -> CommandCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(MalformedCommand.class)
                .hasMessageContaining("1 bytes behind");
    }

    @Test
    void refusesAnUnknownVersion() {
        byte[] bytes = CommandCodec.encode(randomCommand(new SplittableRandom(3)), BYTES_MAX);
        bytes[0] = 9;

        assertThatThrownBy(() -> CommandCodec.decode(bytes)).hasMessageContaining("version 9");
    }

    @Test
    void refusesMoreBytesThanAnEntryMayHave() {
        ReplicatedCommand command = randomCommand(new SplittableRandom(3));
        int size = CommandCodec.encode(command, BYTES_MAX).length;

        assertThat(CommandCodec.encode(command, size)).hasSize(size);
        assertThatThrownBy(() -> CommandCodec.encode(command, size - 1)).isInstanceOf(MalformedCommand.class);
    }

    @Test
    void refusesHalfACharacter() {
        ReplicatedCommand command = new ReplicatedCommand(
                envelope(new SplittableRandom(1)),
                List.of(new ReplicatedStatement("SELECT '\ud83d'", Grouping.SHARED, List.of(), List.of())));

        assertThatThrownBy(() -> CommandCodec.encode(command, BYTES_MAX)).isInstanceOf(MalformedCommand.class);
    }

    private static ReplicatedCommand randomCommand(SplittableRandom random) {
        List<ReplicatedStatement> statements = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            statements.add(statement(random));
        }
        return new ReplicatedCommand(envelope(random), statements);
    }

    private static CommandEnvelope envelope(SplittableRandom random) {
        SortedMap<String, String> settings = new TreeMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            settings.put(text(random), text(random));
        }
        return new CommandEnvelope(
                new RequestId(random.nextLong(), random.nextLong(), random.nextLong()),
                random.nextBoolean(),
                random.nextLong(),
                text(random),
                text(random),
                random.nextLong(),
                random.nextLong(),
                random.nextBoolean(),
                settings);
    }

    private static ReplicatedStatement statement(SplittableRandom random) {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            byte[] value = new byte[random.nextInt(40)];
            random.nextBytes(value);
            parameters.add(new Parameter(random.nextInt(), random.nextInt(2), random.nextInt(4) == 0 ? null : value));
        }
        List<Integer> formats = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            formats.add(random.nextInt(2));
        }
        return new ReplicatedStatement(
                text(random), random.nextBoolean() ? Grouping.SHARED : Grouping.ALONE, parameters, formats);
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.appendCodePoint(random.nextInt(5) == 0 ? 0x1f600 + random.nextInt(50) : ' ' + random.nextInt(300));
        }
        return text.toString();
    }
}
