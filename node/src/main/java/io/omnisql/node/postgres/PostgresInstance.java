package io.omnisql.node.postgres;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;

/** The one PostgreSQL of this node, wherever it comes from. Thread-safe. */
public interface PostgresInstance extends AutoCloseable {

    /** The private socket, where PostgreSQL trusts whatever role the node names. Nobody but the node may reach its folder. */
    UnixDomainSocketAddress socketAddress();

    /** Where PostgreSQL asks for a password (SCRAM), as clients' own sessions are opened. */
    InetSocketAddress tcpAddress();

    /** The role that owns everything of OmniSQL itself. */
    String superuser();

    /** Its password over TCP. */
    String superuserPassword() throws IOException;

    /** Returns once PostgreSQL takes sessions; fails when that takes longer than {@code timeout} or the instance was closed. */
    void awaitReady(Duration timeout) throws IOException;

    /** Whether it takes sessions as far as is known now. */
    boolean isReady();

    /** From now on the listener hears changes of state; if PostgreSQL is ready already, it hears that at once. */
    void addListener(Listener listener);

    /** Stops what this object started. */
    @Override
    void close();

    /** Hears what becomes of PostgreSQL, on the thread that supervises it: must not block for long. */
    interface Listener {
        /** Sessions can be opened. */
        void ready();

        /**
         * All sessions are gone, and the last commits that were not flushed may be. Told before PostgreSQL is started again, so
         * that nobody can read the older state before the listener knows.
         */
        void died();
    }
}
