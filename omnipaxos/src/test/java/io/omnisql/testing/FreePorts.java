package io.omnisql.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that a test starts, some of them more than once.
 *
 * <p>They lie below the range from which the kernel takes the local ports of outgoing connections: a port of that range that was
 * free a moment ago may belong to a connection when the server opens it. Each port is given out once by a JVM, and JVMs that run
 * side by side begin at different places.
 */
public final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    private static final int STRIDE = 977;

    private static final AtomicInteger GIVEN =
            new AtomicInteger(Math.floorMod(ProcessHandle.current().pid() * STRIDE, COUNT));

    private FreePorts() {}

    /** A port of the loopback at which nobody listens, not given out before. */
    public static int next() {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = FIRST + Math.floorMod(GIVEN.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from %d on".formatted(FIRST));
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
