package io.omnisql.node.gateway;

import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.node.replica.ReplicaLoop;

/** The replica of one group, as the gateway uses it. */
public record ReplicaAccess(ReplicaLoop loop, AppliedIndex appliedIndex) {}
