/** Who belongs to the cluster: this node's identity on its disk, how a cluster is founded, and the rules of changing its members. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.membership;
