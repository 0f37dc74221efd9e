package io.omnisql.node.pgprotocol;

/** Bytes that are not the wire protocol, or more of them than is allowed. The connection cannot go on, unless only a text was malformed. */
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String sqlState;

    /** A violation of the protocol itself (08P01). */
    public ProtocolViolation(String message) {
        this(SqlState.PROTOCOL_VIOLATION, message);
    }

    /** A violation with a SQLSTATE that says more. */
    public ProtocolViolation(String sqlState, String message) {
        super(message);
        this.sqlState = sqlState;
    }

    /** What to tell the other side. */
    public String sqlState() {
        return sqlState;
    }

    /** Whether the frame was sound and only its text was not in the expected encoding: then the connection may go on. */
    public boolean isOnlyText() {
        return sqlState.equals(SqlState.CHARACTER_NOT_IN_REPERTOIRE);
    }
}
