package io.omnisql.node.apply;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * With whom and about what a node's applier agrees before a command that takes too long is given up everywhere.
 *
 * @param file of what this node has promised
 * @param unsureBelow the log's length at the start of this life
 * @param others the other members of the configuration in force
 * @param propose takes an entry up for the log, or not: whether it was decided is seen in the log
 * @param executionMax how long a command may take before it is given up without anybody's asking
 */
public record Consent(
        Path file,
        long unsureBelow,
        PeerCalls peers,
        Supplier<List<NodeId>> others,
        Predicate<Entry.Command> propose,
        Duration executionMax) {

    /** Refuses a time that is too short for any command, with the setting's name. */
    public static Duration checkedExecutionMax(Duration executionMax) {
        if (executionMax.compareTo(Gate.LONG) <= 0) {
            throw new IllegalArgumentException(
                    "omnisql.sql.execution-max: " + executionMax + " is not more than " + Gate.LONG);
        }
        return executionMax;
    }
}
