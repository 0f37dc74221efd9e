package io.omnisql.node.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * PostgreSQL's own settings files, written anew at every start: a data folder may come from another node's snapshot.
 *
 * @param special to this kind of instance or this node; stronger than what all have in common
 */
record ServerSettings(
        ClusterFolder cluster, Path socketFolder, int tcpPort, int clientConnectionsMax, Map<String, String> special) {
    /** The node's own sessions besides those of clients: applier, readers, analysis, supervision, snapshots. */
    private static final int INTERNAL_SESSIONS = 64;

    /** A process of the node's own: its log lies in files. */
    static ServerSettings of(EmbeddedPostgres.Settings settings, ClusterFolder cluster) {
        var special = new LinkedHashMap<String, String>();
        special.put("logging_collector", "on");
        special.put("log_directory", cluster.log().toString());
        special.put("log_filename", "postgresql-%a.log"); // Each weekday's file is written over a week later.
        special.put("log_truncate_on_rotation", "on");
        special.put("log_rotation_age", "1d");
        special.put("log_rotation_size", "0");
        special.putAll(settings.extra());
        return new ServerSettings(
                cluster, settings.socketFolder(), settings.tcpPort(), settings.clientConnectionsMax(), special);
    }

    /** A container of its own: its log is what the container prints. */
    static ServerSettings of(ExternalPostgres.Settings settings, ClusterFolder cluster) {
        var special = new LinkedHashMap<String, String>();
        special.put("logging_collector", "off");
        special.put("log_destination", "stderr");
        special.putAll(settings.extra());
        return new ServerSettings(
                cluster, settings.socketFolder(), settings.tcpPort(), settings.clientConnectionsMax(), special);
    }

    void write() throws IOException {
        Files.writeString(cluster.data().resolve("postgresql.conf"), lines(values()));
        Files.writeString(cluster.data().resolve("postgresql.auto.conf"), "");
        Files.writeString(cluster.data().resolve("pg_hba.conf"), """
                # Only the node itself reaches the folder of the unix socket.
                local all         all                trust
                local replication %1$s trust
                host  all         all 127.0.0.1/32   scram-sha-256
                """.formatted(EmbeddedPostgres.SUPERUSER));
    }

    private Map<String, String> values() {
        var values = new LinkedHashMap<String, String>();
        values.put("listen_addresses", "127.0.0.1");
        values.put("port", Integer.toString(tcpPort));
        values.put("unix_socket_directories", socketFolder.toString());
        values.put("unix_socket_permissions", "0700");
        values.put("max_connections", Integer.toString(clientConnectionsMax + INTERNAL_SESSIONS));
        values.put("superuser_reserved_connections", "16");
        values.put("shared_buffers", "64MB");
        values.put("wal_level", "replica");
        values.put("max_wal_senders", "4");
        values.put("max_wal_size", "512MB");
        values.put("fsync", "on");
        values.put("password_encryption", "scram-sha-256");
        // A crash of one backend must be seen by the node as what it is: asynchronous commits may be lost.
        values.put("restart_after_crash", "off");
        values.put("allow_alter_system", "off");
        values.put("jit", "off");
        values.put("synchronize_seqscans", "off");
        values.put("timezone", "UTC");
        values.put("datestyle", "ISO, MDY");
        values.put("lc_messages", "C");
        values.put("default_text_search_config", "pg_catalog.english");
        values.put("log_timezone", "UTC");
        // Errors of statements reach the client; here they would only leak what clients wrote.
        values.put("log_min_messages", "log");
        values.putAll(special);
        return values;
    }

    private static String lines(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + " = '" + entry.getValue().replace("'", "''") + "'\n")
                .collect(Collectors.joining("", "# Written by the node at every start.\n", ""));
    }

    /** Where the socket lies: its path must fit into 107 bytes. */
    Path socketPath() throws IOException {
        Path path = socketFolder.resolve(".s.PGSQL." + tcpPort);
        if (path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 107) {
            throw new IOException("The path of PostgreSQL's socket is longer than 107 bytes: " + path);
        }
        return path;
    }
}
