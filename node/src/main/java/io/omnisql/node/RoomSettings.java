package io.omnisql.node;

import io.omnisql.node.apply.Consent;
import io.omnisql.node.postgres.PostgresParameters;
import io.omnisql.node.replica.TrimPolicy;
import io.omnisql.node.snapshot.Snapshots;
import io.omnisql.omnipaxos.Settings;
import java.time.Duration;
import java.util.Map;

/**
 * What the settings say to the rooms, checked. Asked for before this node writes anything: a folder that was formatted and a cluster that
 * was founded under wrong settings would outlive them.
 *
 * @param firstRole of a new cluster
 * @param postgresParameters PostgreSQL's own settings
 * @param trimPolicy what the log keeps
 * @param snapshotRateKib how fast a snapshot is taken and sent, in KiB a second
 * @param protocol with the priority of any member
 * @param tick the protocol's unit of time
 * @param executionMax how long a write may be executed before all members give it up
 */
record RoomSettings(
        FirstRole firstRole,
        Map<String, String> postgresParameters,
        TrimPolicy trimPolicy,
        int snapshotRateKib,
        Settings protocol,
        Duration tick,
        Duration executionMax) {
    private static final long LOG_RETAINED_BYTES_MIN = 1 << 20;
    private static final long LOG_SLACK_ENTRIES = 10_000;

    /** Refuses what cannot be with the key's name. */
    static RoomSettings of(NodeConfig config) {
        NodePostgres.check(config.postgres());
        return new RoomSettings(
                FirstRole.of(config),
                PostgresParameters.checked(config.postgres().parameters()),
                trimPolicy(config.log()),
                Snapshots.Parts.checkedRate(config.snapshot().rateKib()),
                protocol(config.timing()),
                tick(config.timing()),
                Consent.checkedExecutionMax(config.sql().executionMax()));
    }

    private static TrimPolicy trimPolicy(NodeConfig.Log log) {
        long bytes = log.retainedBytes();
        if (bytes < LOG_RETAINED_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "omnisql.log.retained-bytes: " + bytes + " is less than " + LOG_RETAINED_BYTES_MIN);
        }
        return new TrimPolicy(bytes, LOG_SLACK_ENTRIES);
    }

    private static Settings protocol(NodeConfig.Timing timing) {
        Settings defaults = Settings.defaults();
        return new Settings(
                defaults.priority(),
                positive("election-timeout-ticks", timing.electionTimeoutTicks()),
                positive("resend-ticks", timing.resendTicks()),
                defaults.retainedBytes(),
                defaults.catchUpEntriesMax(),
                defaults.proposalsInFlightMax(),
                Limits.shareOfHeap(defaults.undecidedBytesMax()));
    }

    private static int positive(String key, int ticks) {
        if (ticks <= 0) {
            throw new IllegalArgumentException("omnisql.timing." + key + ": " + ticks + " is not positive");
        }
        return ticks;
    }

    private static Duration tick(NodeConfig.Timing timing) {
        if (!timing.tick().isPositive()) {
            throw new IllegalArgumentException("omnisql.timing.tick: " + timing.tick() + " is not positive");
        }
        return timing.tick();
    }

    /** The protocol's, for a member of this priority. */
    Settings protocol(int priority) {
        return new Settings(
                priority,
                protocol.electionTimeoutTicks(),
                protocol.resendTicks(),
                protocol.retainedBytes(),
                protocol.catchUpEntriesMax(),
                protocol.proposalsInFlightMax(),
                protocol.undecidedBytesMax());
    }
}
