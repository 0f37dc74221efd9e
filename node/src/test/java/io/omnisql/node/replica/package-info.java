/** Tests of the replica's room. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.replica;
