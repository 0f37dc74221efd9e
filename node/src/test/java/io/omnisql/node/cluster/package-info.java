/** Tests on three real nodes: processes of their own, each with a real PostgreSQL, all on loopback. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.cluster;
