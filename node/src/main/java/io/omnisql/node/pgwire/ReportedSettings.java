package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.BackendMessage.ParameterStatus;
import java.nio.ByteBuffer;

/** What clients are told of settings, where PostgreSQL cannot know it. */
final class ReportedSettings {
    /** By this clients tell replicas from primaries (libpq's target_session_attrs, pgjdbc's targetServerType). */
    private static final String IN_HOT_STANDBY = "in_hot_standby";

    private ReportedSettings() {}

    /** The message as the client gets it: a read replica is a standby to clients, although its own PostgreSQL is none. */
    static ByteBuffer forClient(ParameterStatus status, ByteBuffer message, boolean isReader) {
        return isReader && status.name().equals(IN_HOT_STANDBY)
                ? ByteBuffer.wrap(Answers.encoded(new ParameterStatus(IN_HOT_STANDBY, "on")))
                : message;
    }
}
