package io.omnisql.omnipaxos;

/**
 * What the host keeps with a state, so that another replica can go on from it; drawn by {@link OmniPaxos#mark}.
 *
 * @param index the state covers so many entries
 * @param configuration in force after them
 * @param ballot of that configuration; no later one had a part in deciding the entries. Whoever takes the state over must promise
 *     it: else it could tell the leader of an earlier round that slots are decided in which that leader has other entries
 */
public record SnapshotMark(long index, Configuration configuration, Ballot ballot) {}
