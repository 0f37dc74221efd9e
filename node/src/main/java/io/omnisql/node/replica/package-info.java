/** The one thread that owns OmniPaxos, and the ports through which it reaches disk, peers and the applier. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.replica;
