/** Tests of snapshots on a real PostgreSQL. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.snapshot;
