package io.omnisql.node.http;

import io.omnisql.node.gateway.SqlError;

/** A request cannot be executed as it is: nothing was done. Turned into an answer at the resource. */
final class RequestRefused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient SqlError error;

    RequestRefused(SqlError error) {
        super(error.message());
        this.error = error;
    }

    /** The request itself is malformed. */
    static RequestRefused malformed(String message) {
        return new RequestRefused(SqlError.of("08P01", message));
    }

    SqlError error() {
        return error;
    }
}
