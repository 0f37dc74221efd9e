package io.omnisql.node.postgres;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Settings of PostgreSQL that an operator of the cluster may choose: those of memory, of the disk, of plans' costs and of its log.
 * Whatever could make replicas differ, lose what they acknowledged or let strangers in is the node's to choose.
 */
public final class PostgresParameters {
    private static final String KEY = "omnisql.postgres.parameters.";
    private static final Set<String> ALLOWED = new TreeSet<>(Set.of(
            "autovacuum_analyze_scale_factor",
            "autovacuum_analyze_threshold",
            "autovacuum_max_workers",
            "autovacuum_naptime",
            "autovacuum_vacuum_cost_delay",
            "autovacuum_vacuum_cost_limit",
            "autovacuum_vacuum_scale_factor",
            "autovacuum_vacuum_threshold",
            "autovacuum_work_mem",
            "bgwriter_delay",
            "bgwriter_lru_maxpages",
            "checkpoint_completion_target",
            "checkpoint_timeout",
            "effective_cache_size",
            "effective_io_concurrency",
            "huge_pages",
            "log_autovacuum_min_duration",
            "log_checkpoints",
            "log_line_prefix",
            "log_lock_waits",
            "log_min_duration_statement",
            "log_temp_files",
            "maintenance_work_mem",
            "max_parallel_maintenance_workers",
            "max_parallel_workers",
            "max_parallel_workers_per_gather",
            "max_wal_size",
            "min_wal_size",
            "random_page_cost",
            "seq_page_cost",
            "shared_buffers",
            "temp_buffers",
            "track_io_timing",
            "wal_buffers",
            "wal_compression",
            "work_mem"));

    private PostgresParameters() {}

    /** The same, or refused with the key's name. */
    public static Map<String, String> checked(Map<String, String> chosen) {
        chosen.forEach((name, value) -> {
            if (!ALLOWED.contains(name)) {
                throw new IllegalArgumentException(
                        KEY + name + ": not among the settings of PostgreSQL that may be chosen, " + ALLOWED);
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(KEY + name + ": a value is one line");
            }
        });
        return new TreeMap<>(chosen);
    }
}
