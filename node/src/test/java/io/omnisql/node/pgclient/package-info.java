/** Tests of the blocking session. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.pgclient;
