/** A blocking session with PostgreSQL over its private unix socket: frames gathered, sent at once and read in large chunks. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.pgclient;
