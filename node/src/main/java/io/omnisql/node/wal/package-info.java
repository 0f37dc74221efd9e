/** The log on disk: segments of checksummed records, one fsync for every batch that waits, and recovery that never guesses. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.wal;
