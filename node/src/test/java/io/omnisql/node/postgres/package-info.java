/** Tests of the node's own PostgreSQL, and the one that other rooms' tests start. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.postgres;
