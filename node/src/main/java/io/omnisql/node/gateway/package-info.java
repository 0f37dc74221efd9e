/** Executes a client's statement at a read level, or brings it through the log and back: an inner room, it knows no wire and no disk. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.gateway;
