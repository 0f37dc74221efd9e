package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.BackendMessage.ParameterStatus;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What clients are told of the settings by which they tell a primary from a replica (libpq's target_session_attrs, pgjdbc's
 * targetServerType). This node's PostgreSQL cannot know it: it is no standby, and it only reads in any case. To clients a read replica is a
 * hot standby, and a member takes writes outside blocks.
 */
final class ReportedSettings {
    private static final String IN_HOT_STANDBY = "in_hot_standby";
    private static final String READ_ONLY_BY_DEFAULT = "default_transaction_read_only";
    private static final String READ_ONLY = "transaction_read_only";

    private ReportedSettings() {}

    /** PostgreSQL's own word, or what takes its place. */
    static ByteBuffer forClient(ParameterStatus status, ByteBuffer message, boolean isReader) {
        String told = switch (status.name()) {
            case IN_HOT_STANDBY -> isReader ? "on" : status.value();
            case READ_ONLY_BY_DEFAULT -> isReader ? status.value() : "off";
            default -> status.value();
        };
        return told.equals(status.value())
                ? message
                : ByteBuffer.wrap(Answers.encoded(new ParameterStatus(status.name(), told)));
    }

    /** The answer to SHOW outside blocks, as drivers ask while they connect; null when PostgreSQL knows it. */
    static @Nullable String shown(String setting, boolean isReader) {
        return switch (setting) {
            case IN_HOT_STANDBY -> isReader ? "on" : null;
            case READ_ONLY -> isReader ? null : "off";
            default -> null;
        };
    }
}
