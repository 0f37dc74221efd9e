/** Tests of the log on disk: crashes at every byte, rot, full disks, and a simple model. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.wal;
