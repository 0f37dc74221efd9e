package io.omnisql.node;

import io.omnisql.node.gateway.ReadLevel;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * All settings of a node. A file given by {@code -Dsmallrye.config.locations=FILE} holds them, environment variables override it
 * ({@code OMNISQL_NODE_ID} for {@code omnisql.node.id}). Wrong values are refused at the start with the key's name.
 */
@ConfigMapping(prefix = "omnisql")
public interface NodeConfig {
    /** Who this node is. */
    Node node();

    /** Whom it belongs to. */
    Cluster cluster();

    /** How it begins. */
    Founding founding();

    /** Whom it reads from, if it is a read replica. */
    Reader reader();

    /** Where clients come in. */
    Sql sql();

    /** Where peers come in. */
    Peer peer();

    /** Where HTTP comes in. */
    Listen http();

    /** Where administrators, health checks and monitoring come in. */
    Admin admin();

    /** The PostgreSQL of this node. */
    Postgres postgres();

    /** The log on this node's disk. */
    Log log();

    /** Whole states for members that the log cannot help any more. */
    Snapshot snapshot();

    /** Timing of the protocol. */
    Timing timing();

    /** What a new cluster starts with. */
    Bootstrap bootstrap();

    /** What the process prints. */
    Logging logging();

    /** Whether other machines may reach this node without encryption. */
    @WithDefault("false")
    boolean insecure();

    /** This node. */
    interface Node {
        /** Its number among {@code omnisql.cluster.members}, with which it founds a cluster. Its identity on the disk comes first. */
        OptionalLong id();

        /** Where it stands (a zone, a region); a label in status and metrics. */
        @WithDefault("local")
        String location();

        /** Folder of its log and its PostgreSQL. */
        Path dataFolder();

        /** How long it stays up, unready, after it was told to end, so that no new clients are sent to it. */
        @WithDefault("0s")
        Duration stopDelay();
    }

    /** The cluster. */
    interface Cluster {
        /** A name that no other cluster has; the nonce of the founding when there is no other. */
        Optional<String> id();

        /** The members that found it: ids and the addresses, host:port, at which peers reach them. The log tells of later ones. */
        Map<String, String> members();

        /** The member that shall lead first; without it any may. */
        Optional<Long> initialLeader();

        /** How many must promise to a new leader; a majority by default. */
        OptionalInt prepareQuorum();

        /** How many must accept an entry; a majority by default. */
        OptionalInt acceptQuorum();
    }

    /** How a cluster begins, where ids follow from the list. */
    interface Founding {
        /** Addresses of the nodes that found it, in the same order everywhere: the first gets id 1. */
        Optional<List<String>> members();

        /** Any text that no other cluster has. */
        Optional<String> nonce();
    }

    /** A read replica: it follows the log, answers reads and never votes. */
    interface Reader {
        /**
         * Addresses, host:port, of members that it asks for its cluster; those that are gone are passed over. Present, they make this node
         * a read replica, which founds nothing.
         */
        Optional<List<String>> members();
    }

    /** The peers' port. */
    interface Peer extends Listen {
        /**
         * The TLS configuration ({@code quarkus.tls.NAME...}) with this node's certificate and the authorities of its peers'; without
         * it nodes talk in the clear.
         */
        Optional<String> tlsConfigurationName();

        /** Where peers reach this node, host:port; what it listens on when missing. */
        Optional<String> address();

        /** Members that this node reaches elsewhere than where they say: by id, host:port. */
        Map<String, String> routes();
    }

    /** The management port. */
    interface Admin {
        /** Address to bind. */
        @WithDefault("127.0.0.1")
        String host();

        /** Port to bind. */
        @WithDefault("19080")
        @WithConverter(PortNumber.class)
        int port();

        /** File with the token that orders need; without one they are taken on the loopback only. */
        Optional<Path> tokenFile();
    }

    /** An address to listen on. */
    interface Listen {
        /** Address to bind. */
        @WithDefault("127.0.0.1")
        String host();

        /** Port to bind. */
        @WithConverter(PortNumber.class)
        int port();
    }

    /** The SQL port. */
    interface Sql extends Listen {
        /** Read level of sessions that do not choose one. */
        @WithDefault("leader")
        ReadLevel defaultReadLevel();

        /** The TLS configuration ({@code quarkus.tls.NAME...}) with this port's certificate; without it clients talk in the clear. */
        Optional<String> tlsConfigurationName();

        /** Whether sessions in the clear are refused. */
        @WithDefault("false")
        boolean tlsRequired();

        /** Whether a client must show a certificate of a trusted authority, besides its password. */
        @WithDefault("false")
        boolean clientCertificateRequired();

        /** How long a write or a read waits for its turn before the client is told how things stand. */
        @WithDefault("30s")
        Duration timeout();

        /** How long a write may be executed before all members give it up together. */
        @WithDefault("1h")
        Duration executionMax();
    }

    /** PostgreSQL. */
    interface Postgres {
        /** Who starts PostgreSQL. */
        enum Mode {
            /** This node, from its own binaries. */
            EMBEDDED,
            /** Somebody else, beside this node (the pod's sidecar). */
            EXTERNAL
        }

        /** Who starts it. */
        @WithDefault("embedded")
        Mode mode();

        /** Its TCP port on the loopback. */
        @WithConverter(PortNumber.class)
        int port();

        /** Folder of its private socket; a short one is chosen when missing. */
        Optional<Path> socketFolder();

        /** Where the node talks with the entrypoint of an external PostgreSQL's container. */
        Optional<Path> controlFolder();

        /** Where the embedded binaries are unpacked once for all nodes of the machine. */
        Optional<Path> binariesFolder();

        /** PostgreSQL's own settings, of those that may be chosen. */
        Map<String, String> parameters();
    }

    /** The log. */
    interface Log {
        /**
         * What the log may take for the sake of members that lag or are away; beyond it they get a snapshot when they are back. Up to three
         * files of the log come on top.
         */
        @WithDefault("1073741824")
        long retainedBytes();
    }

    /** Snapshots. */
    interface Snapshot {
        /** How fast one is taken and sent, in KiB a second. */
        @WithDefault("102400")
        int rateKib();
    }

    /** Logging. */
    interface Logging {
        /** Whether each line is a JSON object. */
        @WithDefault("false")
        boolean json();
    }

    /** Timing. */
    interface Timing {
        /** The protocol's unit of time. */
        @WithDefault("50ms")
        Duration tick();

        /** Ticks of one election timeout. */
        @WithDefault("10")
        int electionTimeoutTicks();

        /** Ticks after which unanswered messages are repeated. */
        @WithDefault("10")
        int resendTicks();
    }

    /** First contents. */
    interface Bootstrap {
        /** Name of the first role; it owns the database. */
        @WithDefault("app")
        String role();

        /** File with the first role's password, the same on every node. */
        Optional<Path> passwordFile();

        /** Statements that a new cluster executes once, as the first role. */
        Optional<List<String>> sql();
    }
}
