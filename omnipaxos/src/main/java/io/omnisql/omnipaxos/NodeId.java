package io.omnisql.omnipaxos;

/** Names one replica for ever: an id is never used again for another one. Positive; zero stands for "none" on the wire. */
public record NodeId(long value) implements Comparable<NodeId> {
    public NodeId {
        if (value <= 0) {
            throw new IllegalArgumentException("A node id must be positive, but was " + value);
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
