/** Steps OmniPaxos, one caller at a time, and owns the ports through which its output reaches disk, peers and the applier. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.replica;
