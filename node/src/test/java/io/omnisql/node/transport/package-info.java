/** Tests of the wires between nodes: codecs under fuzz, and real sockets on the loopback. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.transport;
