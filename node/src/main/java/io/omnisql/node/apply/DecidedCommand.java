package io.omnisql.node.apply;

import io.omnisql.node.sql.CommandCodec;
import io.omnisql.node.sql.CommandEnvelope;
import io.omnisql.node.sql.MalformedCommand;
import io.omnisql.node.sql.ReplicatedCommand;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.RequestId;
import io.omnisql.omnipaxos.Entry;
import java.util.ArrayList;
import java.util.List;

/** A command at its place in the log, and what it weighs there. */
record DecidedCommand(long slot, ReplicatedCommand command, int bytes) {
    /** Functions whose effect outlives their statement, and so would reach the neighbours of a group. */
    private static final String[] LEAVING_TRACES = {"set_config", "setval"};

    /** The commands up to the first entry that is none: a stop sign or a ruling. What comes before it is applied first. */
    static List<DecidedCommand> decode(long from, List<Entry> entries) throws NodeTrouble {
        var commands = new ArrayList<DecidedCommand>(entries.size());
        long slot = from;
        for (Entry entry : entries) {
            if (!(entry instanceof Entry.Command(byte[] bytes)) || Ruling.of(bytes) != null) {
                break;
            }
            try {
                commands.add(new DecidedCommand(slot, CommandCodec.decode(bytes), bytes.length));
            } catch (MalformedCommand e) {
                if (commands.isEmpty()) {
                    throw new NodeTrouble("The entry at slot " + slot + " is not understood: " + e.getMessage());
                }
                break;
            }
            slot++;
        }
        return commands;
    }

    CommandEnvelope envelope() {
        return command.envelope();
    }

    RequestId requestId() {
        return command.envelope().requestId();
    }

    /**
     * Whether it was planned without regard to a definition that stands before it in the log. A command's plan says that all replicas
     * will do the same with it; a definition in between may have made that untrue.
     */
    boolean isPlannedBefore(long definitionIndex) {
        return envelope().plannedAtIndex() < definitionIndex;
    }

    /** Whether it may change the catalog: whatever was learnt from the catalog must be asked anew afterwards. */
    boolean changesCatalog() {
        for (ReplicatedStatement statement : command.statements()) {
            if (statement.group() == Grouping.ALONE) {
                return true;
            }
        }
        return false;
    }

    /** Whether it needs a transaction of its own. */
    boolean isAlone() {
        return changesCatalog() || leavesTraces();
    }

    private boolean leavesTraces() {
        for (ReplicatedStatement statement : command.statements()) {
            for (String name : LEAVING_TRACES) {
                if (mentions(statement.sql(), name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean mentions(String sql, String name) {
        for (int at = 0; at <= sql.length() - name.length(); at++) {
            if (sql.regionMatches(true, at, name, 0, name.length())) {
                return true;
            }
        }
        return false;
    }
}
