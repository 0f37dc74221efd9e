/** The wires between nodes: frames over TCP, who may talk to whom, reconnection, back-pressure, calls and their answers. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.transport;
