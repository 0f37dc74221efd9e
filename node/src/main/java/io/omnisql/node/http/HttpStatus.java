package io.omnisql.node.http;

/** Which HTTP status tells a SQLSTATE best. The body says the rest. */
final class HttpStatus {
    static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int INTERNAL_ERROR = 500;
    static final int UNAVAILABLE = 503;
    static final int TIMEOUT = 504;

    private HttpStatus() {}

    static int of(String sqlState) {
        return switch (sqlState) {
            case "08P01" -> BAD_REQUEST;
            case "42501" -> FORBIDDEN;
            case "40003", "57014" -> TIMEOUT;
            default -> ofClass(sqlState.length() < 2 ? "XX" : sqlState.substring(0, 2));
        };
    }

    private static int ofClass(String sqlClass) {
        return switch (sqlClass) {
            case "28" -> UNAUTHORIZED;
            case "23", "40" -> CONFLICT;
            case "54" -> TOO_LARGE;
            case "08", "53", "57" -> UNAVAILABLE;
            case "58", "F0", "XX" -> INTERNAL_ERROR;
            default -> BAD_REQUEST;
        };
    }
}
