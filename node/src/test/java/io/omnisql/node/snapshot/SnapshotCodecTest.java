package io.omnisql.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.snapshot.SnapshotCodec.ReadAnswer;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import io.omnisql.omnipaxos.SnapshotMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotCodecTest {
    private static final SnapshotContents CONTENTS = new SnapshotContents(
            1L << 40,
            "0123abcd",
            new SnapshotMark(
                    77,
                    new Configuration(3, List.of(new NodeId(1), new NodeId(9)), new Quorum(2, 2), "who is where"),
                    new Ballot(3, 12, 1, 9)));

    @Test
    void everythingComesBackAsItWas() throws IOException {
        var request = new SnapshotCodec.ReadRequest(-5, 1L << 50);

        assertThat(SnapshotCodec.decodeNumber(SnapshotCodec.encodeNumber(-7))).isEqualTo(-7);
        assertThat(SnapshotCodec.decodeRequest(SnapshotCodec.encode(request))).isEqualTo(request);
        assertThat(SnapshotCodec.decodeContents(SnapshotCodec.encode(CONTENTS))).isEqualTo(CONTENTS);
        for (ReadAnswer answer : List.of(
                new ReadAnswer.Part(ByteBuffer.wrap(new byte[] {1, 2, 3})),
                new ReadAnswer.NotYet(),
                new ReadAnswer.End(CONTENTS))) {
            assertThat(SnapshotCodec.decodeAnswer(SnapshotCodec.encode(answer))).isEqualTo(answer);
        }
    }

    @Test
    void noChangedByteIsTakenForTheOriginal() {
        byte[] bytes = SnapshotCodec.encode(CONTENTS);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 4;
            assertThatThrownBy(() -> SnapshotCodec.decodeContents(changed))
                    .as("byte %d", i)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> SnapshotCodec.decodeContents(new byte[3])).isInstanceOf(IOException.class);
    }
}
