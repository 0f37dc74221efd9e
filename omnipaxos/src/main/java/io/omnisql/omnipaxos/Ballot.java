package io.omnisql.omnipaxos;

/**
 * Names a round and its leader.
 *
 * <p>The order is that of (number, priority, node), and it has a meaning only inside one configuration: a message of another
 * configuration is refused at the door. {@code node} is 0 only in {@link #none} and {@link #ofNobody}.
 *
 * @param configurationId the configuration in which this ballot lives
 * @param number grows with every take-over
 * @param priority decides between equal numbers, the larger wins
 * @param node the only node that may lead with this ballot
 */
public record Ballot(long configurationId, long number, int priority, long node) implements Comparable<Ballot> {

    /** The ballot below all others: nothing was promised or accepted yet. */
    public static Ballot none(long configurationId) {
        return new Ballot(configurationId, 0, 0, 0);
    }

    /**
     * The ballot above all others, which nobody ever leads: whoever promises it takes part no more in its configuration. It stands
     * for "some ballot, nobody knows which".
     */
    public static Ballot ofNobody(long configurationId) {
        return new Ballot(configurationId, Long.MAX_VALUE, Integer.MAX_VALUE, 0);
    }

    /** Whether this is the ballot above all others. */
    public boolean isOfNobody() {
        return number == Long.MAX_VALUE;
    }

    /** Whether this is the ballot below all others. */
    public boolean isNone() {
        return number == 0 && priority == 0 && node == 0;
    }

    @Override
    public int compareTo(Ballot other) {
        int byNumber = Long.compare(number, other.number);
        if (byNumber != 0) {
            return byNumber;
        }
        int byPriority = Integer.compare(priority, other.priority);
        return byPriority != 0 ? byPriority : Long.compare(node, other.node);
    }
}
