/** The node's own PostgreSQL: unpacks, initialises, starts, supervises and stops it, or waits for the one that the pod brings. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.postgres;
