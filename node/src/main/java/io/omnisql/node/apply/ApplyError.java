package io.omnisql.node.apply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an SQLSTATE means for the log: the same on every replica, or this node's own trouble. */
enum ApplyError {
    /** Every replica meets it at this entry: it is the entry's result. */
    DETERMINISTIC,
    /** Only this node has it, now: nothing may be applied until it is gone. An entry is never skipped. */
    NODE_LOCAL;

    /**
     * PostgreSQL's routines whose errors every replica meets, whatever their SQLSTATE. Behind RAISE users choose any SQLSTATE they like;
     * a piece of memory beyond 1 GB is asked for in vain on any machine, though the code is XX000; WHERE CURRENT OF names a cursor that
     * no applier has; a client's parameters are too few, or one is too short for its type, though the code is 08P01.
     */
    private static final List<String> SAME_ON_ALL_NODES = List.of(
            "exec_stmt_raise",
            "MemoryContextSizeFailure",
            "execCurrentOf",
            "exec_bind_message",
            "pq_copymsgbytes",
            "pq_getmsgbytes",
            "pq_getmsgint");

    /** Where libxml's complaints about a user's text come from; its lack of memory has a code of its own. */
    private static final String XML_ROUTINE = "xml_ereport";

    private static final String INTERNAL_ERROR = "XX000";

    /** What the SQLSTATE of an error that PostgreSQL's {@code routine} reported means. */
    static ApplyError of(String sqlState, @Nullable String routine) {
        boolean isComplaintAboutXml = XML_ROUTINE.equals(routine) && sqlState.equals(INTERNAL_ERROR);
        boolean isSame = routine != null && SAME_ON_ALL_NODES.contains(routine);
        return isSame || isComplaintAboutXml ? DETERMINISTIC : of(sqlState);
    }

    /**
     * Whether PostgreSQL complains about the command itself, so that all nodes may well meet the same though the code does not say so.
     * Not when it lacks disk, memory or time, was interrupted, or others were in the way.
     */
    static boolean maySpeakOfTheCommand(String sqlState) {
        return switch (sqlState.length() < 2 ? "" : sqlState.substring(0, 2)) {
            case "08", "54", "F0", "HV", "XX", "72", "25", "26", "34" -> true;
            default -> sqlState.equals("58P01"); // A file that a definition names.
        };
    }

    private static ApplyError of(String sqlState) {
        return switch (sqlState) {
            // A deadlock, a lock not to be had, a serialization failure: another session of this node was in the way.
            case "40P01", "55P03", "40001", "40003" -> NODE_LOCAL;
            // Time limits, which depend on how fast this node is.
            case "25P03", "25P04" -> NODE_LOCAL;
            // The session is not the one that the applier believes it has.
            case "25P02", "26000", "34000" -> NODE_LOCAL;
            // Sizes and nesting that no node can take: the limits are the same everywhere.
            case "54000", "54001", "54011", "54023" -> DETERMINISTIC;
            default -> ofClass(sqlState.length() < 2 ? "" : sqlState.substring(0, 2));
        };
    }

    private static ApplyError ofClass(String sqlClass) {
        return switch (sqlClass) {
            case "08", "53", "54", "57", "58", "F0", "HV", "XX", "72", "" -> NODE_LOCAL;
            // Data, constraints, syntax, privileges, what a user's function raises: decided by the database's contents.
            default -> DETERMINISTIC;
        };
    }
}
