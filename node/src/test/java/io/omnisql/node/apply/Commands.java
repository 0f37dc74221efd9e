package io.omnisql.node.apply;

import io.omnisql.node.sql.CommandCodec;
import io.omnisql.node.sql.CommandEnvelope;
import io.omnisql.node.sql.ReplicatedCommand;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import io.omnisql.node.sql.RequestId;
import io.omnisql.omnipaxos.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Builds a command for a test, step by step. */
final class Commands {
    private final List<ReplicatedStatement> statements = new ArrayList<>();
    private final SortedMap<String, String> settings = new TreeMap<>();
    private RequestId id = new RequestId(1, 1, 0);
    private boolean hasKey;
    private long plannedAt = Long.MAX_VALUE >>> 1;
    private String user = "app";
    private String role = "app";
    private boolean needsInputs;

    static Commands id(long sequence) {
        var commands = new Commands();
        commands.id = new RequestId(7, 7, sequence);
        return commands;
    }

    RequestId requestId() {
        return id;
    }

    Commands keyed() {
        hasKey = true;
        return this;
    }

    Commands plannedAt(long index) {
        plannedAt = index;
        return this;
    }

    Commands as(String sessionUser) {
        user = sessionUser;
        role = sessionUser;
        return this;
    }

    Commands role(String current) {
        role = current;
        return this;
    }

    Commands setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    Commands withInputs() {
        needsInputs = true;
        return this;
    }

    Commands sql(String sql, String... values) {
        return statement(Grouping.SHARED, sql, values);
    }

    Commands ddl(String sql) {
        return statement(Grouping.ALONE, sql);
    }

    Entry entry() {
        var envelope = new CommandEnvelope(
                id, hasKey, plannedAt, user, role, 1_800_000_000_000_000L, id.sequence() * 31, needsInputs, settings);
        return new Entry.Command(CommandCodec.encode(new ReplicatedCommand(envelope, statements), 16 << 20));
    }

    private Commands statement(Grouping group, String sql, String... values) {
        var parameters = new ArrayList<Parameter>();
        for (String value : values) {
            parameters.add(new Parameter(0, 0, value.getBytes(StandardCharsets.UTF_8)));
        }
        statements.add(new ReplicatedStatement(sql, group, parameters, List.of()));
        return this;
    }
}
