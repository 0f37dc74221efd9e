package io.omnisql.node.apply;

import java.io.IOException;

/** PostgreSQL announces a message that is larger than any result may be. It stays unread: the session cannot be used any more. */
final class ResultTooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    ResultTooLarge(int bytes) {
        super("A message of " + bytes + " bytes");
    }
}
