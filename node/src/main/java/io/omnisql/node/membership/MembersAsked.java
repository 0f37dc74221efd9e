package io.omnisql.node.membership;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Asks for members of a cluster at addresses where some may be.
 *
 * @param incarnation of the data folder of the node that asks
 */
record MembersAsked(UUID incarnation, Introduction.Asking asking) {
    /** Whoever asks does not know yet of which cluster. */
    private static final UUID ANY_CLUSTER = new UUID(0, 0);

    /**
     * What was told.
     *
     * @param members answers of those whom the configuration that they know names with their very data folder
     * @param troubles why there are no others
     */
    record Told(List<Introduction.Answer> members, List<String> troubles) {}

    /** Asks all of them, one after the other. Blocks, for a bounded time for each. */
    Told at(Collection<String> addresses) {
        var question = new Introduction(ANY_CLUSTER, 0, incarnation, null);
        List<Introduction.Answer> members = new ArrayList<>();
        List<String> troubles = new ArrayList<>();
        for (String address : addresses) {
            try {
                Introduction.Answer answer = question.ask(address, asking);
                if (isMember(answer)) {
                    members.add(answer);
                } else {
                    troubles.add(address + " is no member of a cluster");
                }
            } catch (IOException silent) {
                troubles.add(address + ": " + silent.getMessage());
            }
        }
        return new Told(members, troubles);
    }

    private static boolean isMember(Introduction.Answer answer) {
        Roster configuration = answer.configuration();
        return configuration != null && configuration.names(answer.memberId(), answer.incarnation());
    }
}
