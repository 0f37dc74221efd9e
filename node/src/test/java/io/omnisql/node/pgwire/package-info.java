/** Tests of the server that clients connect to, with a real PostgreSQL behind it. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.pgwire;
