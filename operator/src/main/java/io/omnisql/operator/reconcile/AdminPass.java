package io.omnisql.operator.reconcile;

import io.omnisql.operator.reconcile.NodeAdminClient.Access;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the operator and a cluster's nodes know each other.
 *
 * @param trust null where nodes talk in the clear, or have no certificate yet
 */
record AdminPass(String token, boolean encrypted, @Nullable NodeTrust trust) {
    /** Access to the node at that address; none as long as it could not be told from an impostor, who must not see the token. */
    Optional<Access> at(String address) {
        return encrypted && trust == null ? Optional.empty() : Optional.of(new Access(address, token, trust));
    }

    @Override
    public String toString() {
        return "AdminPass[…]"; // The token must not reach a log.
    }
}
