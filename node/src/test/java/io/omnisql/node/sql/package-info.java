/** Tests of the room that decides what is replicated. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.sql;
