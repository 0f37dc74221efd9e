package io.omnisql.node.gateway;

import io.omnisql.omnipaxos.NodeId;

/** Where a read may be executed now. */
public sealed interface ReadGrant {
    /** Here: this node's PostgreSQL shows at least what the level promises. */
    record Local(long appliedIndex) implements ReadGrant {}

    /** At the leader, which is another node. */
    record AtLeader(NodeId leader) implements ReadGrant {}

    /** Nowhere in time. */
    record Refused(SqlError error) implements ReadGrant {}
}
