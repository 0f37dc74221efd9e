package io.omnisql.node.gateway;

import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads that travel to the leader, and their results. Every length is checked before memory is taken. */
final class ReadingCodec {
    private static final byte VERSION = 1;
    private static final int SMALL_BYTES = 32;
    private static final int COUNT_MAX = 65_535;

    private ReadingCodec() {}

    static byte[] encode(Reading reading) {
        return written(SMALL_BYTES, out -> {
            out.writeByte(VERSION);
            text(out, reading.sessionUser());
            text(out, reading.role());
            out.writeInt(reading.settings().size());
            for (Map.Entry<String, String> setting : reading.settings().entrySet()) {
                text(out, setting.getKey());
                text(out, setting.getValue());
            }
            out.writeInt(reading.statements().size());
            for (ReplicatedStatement statement : reading.statements()) {
                statement(out, statement);
            }
        });
    }

    static Reading decodeReading(byte[] bytes) throws IOException {
        DataInputStream in = opened(bytes);
        String sessionUser = text(in);
        String role = text(in);
        Map<String, String> settings = new TreeMap<>();
        for (int left = count(in); left > 0; left--) {
            settings.put(text(in), text(in));
        }
        List<ReplicatedStatement> statements = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            statements.add(statement(in));
        }
        return new Reading(sessionUser, role, settings, statements);
    }

    static byte[] encode(List<StatementResult> results) {
        int size = SMALL_BYTES; // A buffer that grows takes twice a large result.
        for (StatementResult result : results) {
            size += SMALL_BYTES + result.wire().length;
        }
        return written(size, out -> {
            out.writeByte(VERSION);
            out.writeInt(results.size());
            for (StatementResult result : results) {
                text(out, result.sqlState() == null ? "" : result.sqlState());
                bytes(out, result.wire());
            }
        });
    }

    static List<StatementResult> decodeResults(byte[] bytes) throws IOException {
        DataInputStream in = opened(bytes);
        List<StatementResult> results = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            String sqlState = text(in);
            byte[] wire = bytes(in);
            results.add(new StatementResult(wire == null ? new byte[0] : wire, sqlState.isEmpty() ? null : sqlState));
        }
        return results;
    }

    private static void statement(DataOutputStream out, ReplicatedStatement statement) throws IOException {
        text(out, statement.sql());
        out.writeInt(statement.parameters().size());
        for (Parameter parameter : statement.parameters()) {
            out.writeInt(parameter.type());
            out.writeByte(parameter.format());
            bytes(out, parameter.value());
        }
        out.writeInt(statement.resultFormats().size());
        for (int format : statement.resultFormats()) {
            out.writeByte(format);
        }
    }

    private static ReplicatedStatement statement(DataInputStream in) throws IOException {
        String sql = text(in);
        List<Parameter> parameters = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            parameters.add(new Parameter(in.readInt(), in.readByte(), bytes(in)));
        }
        List<Integer> formats = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            formats.add((int) in.readByte());
        }
        return new ReplicatedStatement(sql, Grouping.SHARED, parameters, formats);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] bytes = bytes(in);
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static void bytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static byte @Nullable [] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < -1 || length > in.available()) {
            throw new IOException("A length of " + length + " does not fit into its message");
        }
        return length == -1 ? null : in.readNBytes(length);
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > COUNT_MAX) {
            throw new IOException("A count of " + count + " is beyond " + COUNT_MAX);
        }
        return count;
    }

    private static DataInputStream opened(byte[] bytes) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(bytes));
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("Version " + version + " of a forwarded read is not known");
        }
        return in;
    }

    private static byte[] written(int expectedBytes, Body body) {
        var bytes = new ByteArrayOutputStream(expectedBytes);
        try (var out = new DataOutputStream(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new IllegalStateException("Memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }
}
