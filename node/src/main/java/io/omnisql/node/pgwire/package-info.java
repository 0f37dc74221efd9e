/** The server that PostgreSQL clients connect to: reads pass through to a session of the node's own PostgreSQL, writes go to the gateway. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.pgwire;
