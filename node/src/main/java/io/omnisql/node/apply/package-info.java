/** Executes decided commands in this node's PostgreSQL, exactly once, in log order, and reads from it. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.apply;
