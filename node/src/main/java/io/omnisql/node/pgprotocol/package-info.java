/** PostgreSQL's wire protocol, version 3, in both directions: messages as values, bytes in and bytes out. Pure: it knows no socket. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.pgprotocol;
