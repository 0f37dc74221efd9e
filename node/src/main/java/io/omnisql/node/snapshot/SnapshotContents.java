package io.omnisql.node.snapshot;

import io.omnisql.omnipaxos.SnapshotMark;

/**
 * What a complete snapshot is.
 *
 * @param bytes its length
 * @param sha256 in hexadecimal digits
 * @param mark index: the state covers at least so many entries, PostgreSQL itself tells how many when it has recovered; configuration
 *     and ballot hold for whatever it covers
 */
record SnapshotContents(long bytes, String sha256, SnapshotMark mark) {}
