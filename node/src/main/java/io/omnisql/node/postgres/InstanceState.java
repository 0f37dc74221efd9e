package io.omnisql.node.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Whether PostgreSQL takes sessions, for those who wait for it and those who listen. Thread-safe. */
final class InstanceState {
    private final List<PostgresInstance.Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean isReady;
    private boolean isClosed;

    synchronized boolean isReady() {
        return isReady;
    }

    synchronized boolean isClosed() {
        return isClosed;
    }

    void addListener(PostgresInstance.Listener listener) {
        boolean wasReady;
        synchronized (this) {
            listeners.add(listener);
            wasReady = isReady;
        }
        if (wasReady) {
            listener.ready();
        }
    }

    void ready() {
        List<PostgresInstance.Listener> told;
        synchronized (this) {
            isReady = true;
            told = List.copyOf(listeners); // Who comes later sees that it is ready, and is told then.
            notifyAll();
        }
        told.forEach(PostgresInstance.Listener::ready);
    }

    void died() {
        synchronized (this) {
            isReady = false;
        }
        listeners.forEach(PostgresInstance.Listener::died);
    }

    synchronized void closed() {
        isReady = false;
        isClosed = true;
        notifyAll();
    }

    /** Waits; tells whether the instance was closed meanwhile. */
    synchronized boolean awaitClosed(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isClosed && deadline - System.nanoTime() > 0) {
            wait(millisUntil(deadline));
        }
        return isClosed;
    }

    synchronized void awaitReady(Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!isReady) {
                if (isClosed || deadline - System.nanoTime() <= 0) {
                    throw new IOException(isClosed ? "PostgreSQL was stopped" : "PostgreSQL is not ready in time");
                }
                wait(millisUntil(deadline));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for PostgreSQL", e);
        }
    }

    private static long millisUntil(long deadline) {
        return Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
    }
}
