package io.omnisql.node.sql;

import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A command as the bytes of a log entry: a version byte, then the fields in the order of the records; numbers big-endian, texts in UTF-8
 * behind their length. The same command always gives the same bytes.
 */
public final class CommandCodec {
    /** The first byte of an entry that is no command, but rules on one. */
    public static final byte RULING = 2;

    private static final int VERSION = 1;
    private static final int NULL_LENGTH = -1;

    private CommandCodec() {}

    /**
     * The command's bytes.
     *
     * @throws MalformedCommand when they would be more than {@code bytesMax}, or a text has half a character
     */
    public static byte[] encode(ReplicatedCommand command, int bytesMax) {
        CommandBytes.Writer out = new CommandBytes.Writer(bytesMax);
        out.writeByte(VERSION);
        writeEnvelope(out, command.envelope());
        out.writeInt(command.statements().size());
        for (ReplicatedStatement statement : command.statements()) {
            writeStatement(out, statement);
        }
        return out.toByteArray();
    }

    /**
     * The command of these bytes.
     *
     * @throws MalformedCommand when they are none, down to the last byte
     */
    public static ReplicatedCommand decode(byte[] bytes) {
        CommandBytes.Reader in = new CommandBytes.Reader(bytes);
        int version = in.readByte();
        if (version != VERSION) {
            throw new MalformedCommand("A command of version " + version + "; this node knows version " + VERSION);
        }
        CommandEnvelope envelope = readEnvelope(in);
        int count = in.readCount();
        if (count == 0) {
            throw new MalformedCommand("A command without statements");
        }
        List<ReplicatedStatement> statements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            statements.add(readStatement(in));
        }
        in.expectEnd();
        return new ReplicatedCommand(envelope, statements);
    }

    private static void writeEnvelope(CommandBytes.Writer out, CommandEnvelope envelope) {
        out.writeLong(envelope.requestId().sessionHigh());
        out.writeLong(envelope.requestId().sessionLow());
        out.writeLong(envelope.requestId().sequence());
        out.writeBoolean(envelope.hasIdempotencyKey());
        out.writeLong(envelope.plannedAtIndex());
        out.writeText(envelope.sessionUser());
        out.writeText(envelope.role());
        out.writeLong(envelope.timeMicros());
        out.writeLong(envelope.seed());
        out.writeBoolean(envelope.needsInputs());
        out.writeInt(envelope.settings().size());
        for (Map.Entry<String, String> setting : envelope.settings().entrySet()) {
            out.writeText(setting.getKey());
            out.writeText(setting.getValue());
        }
    }

    private static CommandEnvelope readEnvelope(CommandBytes.Reader in) {
        RequestId requestId = new RequestId(in.readLong(), in.readLong(), in.readLong());
        boolean hasIdempotencyKey = in.readBoolean();
        long plannedAtIndex = in.readLong();
        String sessionUser = in.readText();
        String role = in.readText();
        long timeMicros = in.readLong();
        long seed = in.readLong();
        boolean needsInputs = in.readBoolean();
        SortedMap<String, String> settings = readSettings(in);
        return new CommandEnvelope(
                requestId,
                hasIdempotencyKey,
                plannedAtIndex,
                sessionUser,
                role,
                timeMicros,
                seed,
                needsInputs,
                settings);
    }

    private static SortedMap<String, String> readSettings(CommandBytes.Reader in) {
        SortedMap<String, String> settings = new TreeMap<>();
        int count = in.readCount();
        for (int i = 0; i < count; i++) {
            String name = in.readText();
            if (!settings.isEmpty() && settings.lastKey().compareTo(name) >= 0) {
                throw new MalformedCommand("Settings out of order");
            }
            settings.put(name, in.readText());
        }
        return settings;
    }

    private static void writeStatement(CommandBytes.Writer out, ReplicatedStatement statement) {
        out.writeText(statement.sql());
        out.writeByte(statement.group() == Grouping.SHARED ? 0 : 1);
        out.writeInt(statement.parameters().size());
        for (Parameter parameter : statement.parameters()) {
            out.writeInt(parameter.type());
            out.writeByte(format(parameter.format()));
            writeValue(out, parameter.value());
        }
        out.writeInt(statement.resultFormats().size());
        for (int format : statement.resultFormats()) {
            out.writeByte(format(format));
        }
    }

    private static ReplicatedStatement readStatement(CommandBytes.Reader in) {
        String sql = in.readText();
        Grouping group = in.readBoolean() ? Grouping.ALONE : Grouping.SHARED;
        List<Parameter> parameters = new ArrayList<>();
        int parameterCount = in.readCount();
        for (int i = 0; i < parameterCount; i++) {
            parameters.add(new Parameter(in.readInt(), format(in.readByte()), readValue(in)));
        }
        List<Integer> resultFormats = new ArrayList<>();
        int formatCount = in.readCount();
        for (int i = 0; i < formatCount; i++) {
            resultFormats.add(format(in.readByte()));
        }
        return new ReplicatedStatement(sql, group, parameters, resultFormats);
    }

    private static int format(int code) {
        if (code != 0 && code != 1) {
            throw new MalformedCommand("Format code " + code + "; there is only text (0) and binary (1)");
        }
        return code;
    }

    private static void writeValue(CommandBytes.Writer out, byte @Nullable [] value) {
        if (value == null) {
            out.writeInt(NULL_LENGTH);
        } else {
            out.writeInt(value.length);
            out.writeBytes(value);
        }
    }

    private static byte @Nullable [] readValue(CommandBytes.Reader in) {
        int length = in.readInt();
        return length == NULL_LENGTH ? null : in.readBytes(length);
    }
}
