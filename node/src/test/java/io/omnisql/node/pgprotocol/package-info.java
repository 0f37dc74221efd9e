/** Tests of the wire protocol's codecs. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.pgprotocol;
