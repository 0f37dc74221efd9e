package io.omnisql.node.apply;

/** A statement as a session knows it. Belongs to one session. */
final class PreparedStatement {
    /** What is known about its result. */
    enum Rows {
        UNKNOWN,
        NONE,
        SOME
    }

    private final byte[] name;
    private boolean isParsed;
    private Rows rows = Rows.UNKNOWN;

    PreparedStatement(byte[] name) {
        this.name = name;
    }

    byte[] name() {
        return name;
    }

    boolean isParsed() {
        return isParsed;
    }

    void parsed() {
        isParsed = true;
    }

    Rows rows() {
        return rows;
    }

    void described(Rows found) {
        rows = found;
    }
}
