package io.omnisql.node;

import io.omnisql.node.membership.ClusterUid;
import io.omnisql.node.membership.Founding;
import io.omnisql.node.membership.Member;
import io.omnisql.node.membership.NodeIdentity;
import io.omnisql.node.membership.NodeIdentity.Belonging;
import io.omnisql.node.membership.ReaderId;
import io.omnisql.node.membership.Roster;
import io.omnisql.node.transport.PeerDirectory;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the settings say of the cluster, checked. Who is a member now, the log tells.
 *
 * @param founding how this node founds a cluster; nothing when it only joins one
 * @param address at which peers reach this node
 * @param routes members that are reached elsewhere
 * @param askedMembers whom a reader asks for its cluster; empty when this node is no reader
 * @param name of the cluster for people
 */
record ClusterSettings(
        Optional<Founding.Plan> founding,
        String address,
        SortedMap<Long, String> routes,
        List<String> askedMembers,
        Optional<String> name) {
    private static final int ASKED_MEMBERS_MAX = 64;

    private static final List<String> WILDCARDS = List.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    /** Refuses what cannot be with the key's name. */
    static ClusterSettings of(NodeConfig config) {
        SortedMap<Long, String> members = members(config.cluster().members(), "omnisql.cluster.members");
        List<String> list = config.founding().members().orElse(List.of());
        if (!members.isEmpty() && !list.isEmpty()) {
            throw new IllegalArgumentException(
                    "omnisql.founding.members: omnisql.cluster.members is there too; one list is enough");
        }
        List<String> asked = askedMembers(config, !members.isEmpty(), !list.isEmpty());
        String address = address(config, members);
        Optional<Founding.Plan> founding = Optional.empty();
        if (!members.isEmpty()) {
            founding = Optional.of(plan(config, self(config, members), members));
        } else if (!list.isEmpty()) {
            for (int i = 0; i < list.size(); i++) {
                members.put(
                        i + 1L, checked("omnisql.founding.members", list.get(i).strip()));
            }
            founding = Optional.of(plan(config, place(members, address), members));
        }
        checkInitialLeader(config, members);
        return new ClusterSettings(
                founding,
                address,
                members(config.peer().routes(), "omnisql.peer.routes"),
                asked,
                config.cluster().id());
    }

    private static List<String> askedMembers(NodeConfig config, boolean hasMembers, boolean hasFounders) {
        List<String> asked = config.reader().members().orElse(List.of()).stream()
                .map(address -> checked("omnisql.reader.members", address.strip()))
                .distinct()
                .toList();
        if (!asked.isEmpty() && (hasMembers || hasFounders)) {
            throw new IllegalArgumentException("omnisql.reader.members: a read replica founds no cluster, but "
                    + (hasMembers ? "omnisql.cluster.members" : "omnisql.founding.members") + " is there too");
        }
        if (asked.size() > ASKED_MEMBERS_MAX) {
            throw new IllegalArgumentException(
                    "omnisql.reader.members: " + asked.size() + " addresses are more than " + ASKED_MEMBERS_MAX);
        }
        return asked;
    }

    /** Whether this node is a read replica. */
    boolean isReader() {
        return !askedMembers.isEmpty();
    }

    /** Refuses the data folder of a node that is a reader, or none, unlike these settings. */
    void check(NodeIdentity identity) {
        Long memberId = identity.memberId();
        if (memberId == null || ReaderId.is(memberId) == isReader()) {
            return;
        }
        throw new IllegalArgumentException(
                isReader()
                        ? "omnisql.reader.members: the data folder is that of node " + memberId
                                + ", which may have a vote; a read replica needs a folder of its own"
                        : "omnisql.reader.members: the data folder is a read replica's; say which members it asks, or give"
                                + " this node another folder");
    }

    private static SortedMap<Long, String> members(Map<String, String> texts, String prefix) {
        var members = new TreeMap<Long, String>();
        texts.forEach((id, address) -> {
            String key = prefix + "." + id;
            members.put(memberId(key, id), checked(key, address));
        });
        return members;
    }

    private static long memberId(String key, String text) {
        try {
            long id = Long.parseLong(text);
            if (id > 0) {
                return id;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": '" + text + "' is not a node id, a positive number", e);
        }
        throw new IllegalArgumentException(key + ": '" + text + "' is not a node id, a positive number");
    }

    private static String checked(String key, String address) {
        try {
            Member.checkAddress(address);
            return address;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": '" + address + "' is not host:port", e);
        }
    }

    private static long self(NodeConfig config, SortedMap<Long, String> members) {
        long self = config.node()
                .id()
                .orElseThrow(() -> new IllegalArgumentException(
                        "omnisql.node.id: which of omnisql.cluster.members " + members.keySet() + " this node is"));
        if (!members.containsKey(self)) {
            throw new IllegalArgumentException("omnisql.cluster.members: this node, " + self + ", is not among "
                    + members.keySet() + "; add omnisql.cluster.members." + self + "=host:port");
        }
        return self;
    }

    private static long place(SortedMap<Long, String> members, String address) {
        return members.entrySet().stream()
                .filter(member -> member.getValue().equals(address))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("omnisql.founding.members: the address of this node, "
                        + address + " (omnisql.peer.address), is not in the list"));
    }

    private static String address(NodeConfig config, SortedMap<Long, String> members) {
        if (config.peer().address().isPresent()) {
            return checked("omnisql.peer.address", config.peer().address().get());
        }
        String known =
                config.node().id().isPresent() ? members.get(config.node().id().getAsLong()) : null;
        return known == null ? listened(config.peer()) : known;
    }

    private static String listened(NodeConfig.Peer peer) {
        if (WILDCARDS.contains(peer.host())) {
            throw new IllegalArgumentException("omnisql.peer.address: peers cannot reach this node at " + peer.host()
                    + " (omnisql.peer.host); say where they can");
        }
        return peer.host() + ":" + peer.port();
    }

    private static Founding.Plan plan(NodeConfig config, long self, SortedMap<Long, String> members) {
        String nonce = config.founding()
                .nonce()
                .or(config.cluster()::id)
                .orElseThrow(() -> new IllegalArgumentException(
                        "omnisql.founding.nonce, omnisql.cluster.id: a new cluster needs a name that no other has"));
        var plan = new Founding.Plan(
                ClusterUid.of(nonce),
                self,
                members,
                boxed(config.cluster().prepareQuorum()),
                boxed(config.cluster().acceptQuorum()));
        try {
            Configuration _ = plan.founding().configuration();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "omnisql.cluster.members, omnisql.founding.members, omnisql.cluster.prepare-quorum,"
                            + " omnisql.cluster.accept-quorum: " + e.getMessage(),
                    e);
        }
        return plan;
    }

    private static @Nullable Integer boxed(OptionalInt size) {
        return size.isPresent() ? size.getAsInt() : null;
    }

    private static void checkInitialLeader(NodeConfig config, SortedMap<Long, String> members) {
        config.cluster().initialLeader().ifPresent(leader -> {
            if (!members.isEmpty() && !members.containsKey(leader)) {
                throw new IllegalArgumentException(
                        "omnisql.cluster.initial-leader: " + leader + " is not among the members " + members.keySet());
            }
        });
    }

    /** The configuration of the log with what the log of an older folder does not tell. */
    Roster roster(Configuration configuration, Belonging identity) {
        Map<Long, UUID> incarnations = new TreeMap<>();
        identity.beginning()
                .configuration()
                .members()
                .forEach(member -> incarnations.put(member.memberId(), member.incarnation()));
        return Roster.of(configuration, node -> {
            UUID incarnation = incarnations.get(node.value());
            String where =
                    founding.map(plan -> plan.members().get(node.value())).orElse(null);
            if (incarnation == null || where == null) {
                throw new IllegalArgumentException("omnisql.cluster.members: the log names member " + node
                        + ", whose address only the settings can tell; add omnisql.cluster.members." + node);
            }
            return new Member(node.value(), incarnation, where, 0);
        });
    }

    /** Whom the transport talks to. */
    PeerDirectory directory(Roster roster) {
        var peers = new TreeMap<NodeId, PeerDirectory.Peer>();
        for (Member member : roster.members()) {
            Member reached = new Member(
                    member.memberId(),
                    member.incarnation(),
                    routes.getOrDefault(member.memberId(), member.address()),
                    member.priority());
            peers.put(
                    new NodeId(member.memberId()),
                    new PeerDirectory.Peer(
                            member.incarnation(), SocketAddress.inetSocketAddress(reached.port(), reached.host())));
        }
        return new PeerDirectory(roster.id(), peers);
    }
}
