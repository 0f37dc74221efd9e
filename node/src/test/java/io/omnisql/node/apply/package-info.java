/** Tests of the applier and the reader against a real PostgreSQL. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.apply;
