package io.omnisql.omnipaxos;

/**
 * What the host keeps with a state, so that another replica can go on from it; drawn by {@link OmniPaxos#mark}.
 *
 * @param index the state covers so many entries
 * @param ballot no later ballot had a part in deciding them. Whoever takes the state over must promise it: else it could tell the
 *     leader of an earlier round that slots are decided in which that leader has other entries
 */
public record SnapshotMark(long index, Ballot ballot) {}
