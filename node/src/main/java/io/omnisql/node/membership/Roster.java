package io.omnisql.node.membership;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as people and other nodes see it: with the members' addresses and data folders. In the log these ride in the
 * configuration's metadata, a line for each member in ascending order of ids.
 *
 * @param id of the configuration
 * @param nextMemberId ids from here on were never used
 * @param members in ascending order
 */
public record Roster(long id, long nextMemberId, List<Member> members, int prepareQuorum, int acceptQuorum) {
    private static final String FORMAT = "1";
    private static final int LINE_PARTS = 3;

    public Roster {
        members = members.stream()
                .sorted(Comparator.comparingLong(Member::memberId))
                .toList();
    }

    /**
     * Of a configuration of the log.
     *
     * @param unnamed stands in for a configuration that was founded before these facts rode in the metadata
     */
    public static Roster of(Configuration configuration, Unnamed unnamed) {
        List<NodeId> replicas = configuration.replicas();
        String metadata = configuration.metadata();
        List<Member> members = new ArrayList<>();
        long nextMemberId = replicas.getLast().value() + 1;
        if (metadata.isEmpty()) {
            replicas.forEach(replica -> members.add(unnamed.member(replica)));
        } else {
            String[] lines = metadata.split("\n", -1);
            String[] head = lines[0].split(" ", -1);
            if (!head[0].equals(FORMAT) || head.length != 2 || lines.length != replicas.size() + 1) {
                throw new IllegalArgumentException("The metadata of configuration " + configuration.id()
                        + " are of a format that this program does not know");
            }
            nextMemberId = Long.parseLong(head[1]);
            for (int i = 0; i < replicas.size(); i++) {
                members.add(member(replicas.get(i), lines[i + 1]));
            }
        }
        Quorum quorum = configuration.quorum();
        return new Roster(configuration.id(), nextMemberId, members, quorum.prepare(), quorum.accept());
    }

    private static Member member(NodeId replica, String line) {
        String[] parts = line.split(" ", LINE_PARTS);
        return new Member(replica.value(), UUID.fromString(parts[0]), parts[2], Integer.parseInt(parts[1]));
    }

    /** What was not written down. */
    @FunctionalInterface
    public interface Unnamed {
        /** This member's address and data folder. */
        Member member(NodeId node);
    }

    /**
     * As the log holds it.
     *
     * @throws IllegalArgumentException when ids or addresses are used twice, quorums do not overlap or there is too much of it
     */
    public Configuration configuration() {
        var lines = new StringBuilder(FORMAT).append(' ').append(nextMemberId);
        var ids = new TreeSet<NodeId>();
        var addresses = new TreeSet<String>();
        for (Member member : members) {
            lines.append('\n').append(member.incarnation()).append(' ').append(member.priority());
            lines.append(' ').append(member.address());
            if (!ids.add(new NodeId(member.memberId())) || !addresses.add(member.address())) {
                throw new IllegalArgumentException(
                        "members: id " + member.memberId() + " or address " + member.address() + " is there twice");
            }
        }
        return new Configuration(id, List.copyOf(ids), new Quorum(prepareQuorum, acceptQuorum), lines.toString());
    }

    /** This member, if it is one. */
    public Optional<Member> member(long memberId) {
        return members.stream().filter(each -> each.memberId() == memberId).findFirst();
    }

    /** Whether this very data folder is a member. */
    public boolean names(long memberId, UUID incarnation) {
        return member(memberId)
                .filter(member -> member.incarnation().equals(incarnation))
                .isPresent();
    }

    /** Majorities unless told otherwise. */
    static Roster of(
            long id, long nextMemberId, List<Member> members, @Nullable Integer prepare, @Nullable Integer accept) {
        Quorum majority = Quorum.majority(members.size());
        return new Roster(
                id,
                nextMemberId,
                members,
                prepare == null ? majority.prepare() : prepare,
                accept == null ? majority.accept() : accept);
    }

    /** The same members, whatever the number of the configuration. */
    @JsonIgnore
    boolean hasContentsOf(Roster other) {
        return members.equals(other.members)
                && prepareQuorum == other.prepareQuorum
                && acceptQuorum == other.acceptQuorum;
    }
}
