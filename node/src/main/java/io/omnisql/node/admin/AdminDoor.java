package io.omnisql.node.admin;

import io.omnisql.node.membership.MembershipAdmin;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the admin API works with: closed until the node has begun to start. */
@Singleton
public class AdminDoor {
    private volatile @Nullable Open open;

    /** Who may come in, and what is done for them. */
    record Open(MembershipAdmin membership, AdminAccess access) {}

    /**
     * From now on orders are carried out.
     *
     * @param host that the port listens on: without a token only the loopback will do
     * @param tokenFile holds what callers must show
     */
    public void open(MembershipAdmin membership, String host, Optional<Path> tokenFile) {
        open = new Open(membership, new AdminAccess(isLoopback(host), tokenFile));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Nullable
    Open get() {
        return open;
    }
}
