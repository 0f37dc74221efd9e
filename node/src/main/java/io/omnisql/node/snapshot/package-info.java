/**
 * A replica's whole state at one index: taken from the node's own PostgreSQL, served to peers in checked parts, fetched by a node that
 * the log cannot help any more, and installed before its PostgreSQL starts.
 */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.snapshot;
