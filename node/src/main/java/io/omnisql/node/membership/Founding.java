package io.omnisql.node.membership;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster begins: unanimously. The first of the founding list, the founder, draws up configuration 1 when every node of the list
 * has told that its folder is empty; it is durable there before the others hear of it. A majority is not enough: two emptied disks of
 * three would found a new, empty cluster.
 *
 * <p>Whoever finds that the cluster is founded belongs to it only if configuration 1 names its very data folder. Else its disk was
 * emptied, and with it went what it had promised: it waits to join as a new member.
 */
public final class Founding {
    private static final Logger LOG = Logger.getLogger(Founding.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int TELL_ATTEMPTS_MAX = 10;

    private final Plan plan;
    private final IdentityFile file;
    private final Introduction.Asking asking;
    private volatile @Nullable UUID founderHeard;
    private String lastReason = "";

    /**
     * Who founds what.
     *
     * @param clusterUid drawn from the nonce, which all must have
     * @param self place in the list
     * @param members the list: ids and addresses
     */
    public record Plan(
            UUID clusterUid,
            long self,
            SortedMap<Long, String> members,
            @Nullable Integer prepareQuorum,
            @Nullable Integer acceptQuorum)
            implements IdentityFile.OlderFolder {
        public Plan {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
            members.values().forEach(Member::checkAddress);
            if (!members.containsKey(self)) {
                throw new IllegalArgumentException("This node, " + self + ", is not among " + members.keySet());
            }
        }

        Roster roster(Map<Long, UUID> incarnations) {
            List<Member> founders = new ArrayList<>();
            incarnations.forEach((id, incarnation) -> founders.add(new Member(id, incarnation, address(id), 0)));
            return Roster.of(1, members.lastKey() + 1, founders, prepareQuorum, acceptQuorum);
        }

        /** Where peers reach it. */
        public String address(long member) {
            String address = members.get(member);
            if (address == null) {
                throw new IllegalArgumentException("Node " + member + " is not among " + members.keySet());
            }
            return address;
        }

        @Override
        public long memberId() {
            return self;
        }

        @Override
        public Roster founding() {
            Map<Long, UUID> derived = new TreeMap<>();
            members.keySet().forEach(id -> derived.put(id, NodeIdentity.derived(clusterUid, id)));
            return roster(derived);
        }

        private boolean isOf(Roster found) {
            return found.id() == 1
                    && found.members().size() == members.size()
                    && found.members().stream()
                            .allMatch(member -> member.address().equals(members.get(member.memberId())));
        }
    }

    /** Begins with {@link #run}. */
    public Founding(Plan plan, IdentityFile file, Introduction.Asking asking) {
        this.plan = plan;
        this.file = file;
        this.asking = asking;
    }

    /** Blocks until this node belongs to a cluster, by founding or by having joined one, or {@code closing} is open. */
    public void run(CountDownLatch closing) throws IOException, InterruptedException {
        boolean isClosed = false;
        while (!file.get().belongs() && !isClosed) {
            Optional<Roster> founded = step();
            if (founded.isPresent()) {
                tell(founded.get(), closing);
            } else {
                isClosed = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Asks everybody once; what the others have to be told if this node has founded the cluster now. */
    Optional<Roster> step() throws IOException {
        Map<Long, UUID> empty = new TreeMap<>();
        empty.put(plan.self, file.get().incarnation());
        String missing = "";
        for (Map.Entry<Long, String> other : plan.members.entrySet()) {
            if (other.getKey() == plan.self) {
                continue;
            }
            String trouble = ask(other.getKey(), other.getValue(), empty);
            missing = trouble.isEmpty() ? missing : trouble;
        }
        if (file.get().belongs()) {
            return Optional.empty();
        }
        if (empty.size() == plan.members.size() && isFounder()) {
            Roster first = plan.roster(empty);
            return belong(first) ? Optional.of(first) : Optional.empty();
        }
        explain(missing.isEmpty() ? "node " + plan.members.firstKey() + " founds it" : missing);
        return Optional.empty();
    }

    private boolean isFounder() {
        return plan.members.firstKey() == plan.self;
    }

    /** Why this node keeps the cluster from being founded; empty when it does not. */
    private String ask(long id, String address, Map<Long, UUID> empty) throws IOException {
        Introduction.Answer answer;
        try {
            answer = introduction(null).ask(address, asking);
        } catch (IOException unreachable) {
            return "node " + id + " at " + address + " is not there yet: " + unreachable.getMessage();
        }
        if (!answer.clusterUid().equals(plan.clusterUid) || answer.memberId() != id) {
            return "at " + address + " is node " + answer.memberId() + " of cluster " + answer.clusterUid()
                    + ", not node " + id + " of " + plan.clusterUid;
        }
        Roster founding = answer.founding();
        if (founding != null && founding.names(plan.self, file.get().incarnation())) {
            boolean _ = belong(founding);
            return "";
        }
        if (answer.configuration() != null) {
            return "the cluster is founded already, without this data folder: it was emptied, or came too late; it has to"
                    + " join as a new member";
        }
        empty.put(id, answer.incarnation());
        return "";
    }

    private Introduction introduction(@Nullable Roster found) {
        return new Introduction(plan.clusterUid, plan.self, file.get().incarnation(), found);
    }

    private synchronized boolean belong(Roster first) throws IOException {
        if (file.get().belongs()) {
            return false;
        }
        file.belong(plan.clusterUid, plan.self, new NodeIdentity.Beginning(true, first));
        LOG.infof("The cluster is founded: uid=%s self=%d members=%s", plan.clusterUid, plan.self, first.members());
        return true;
    }

    /** Best effort: who misses it asks for it. */
    private void tell(Roster first, CountDownLatch closing) throws InterruptedException {
        List<Member> left = new ArrayList<>(first.members());
        left.removeIf(member -> member.memberId() == plan.self);
        for (int attempt = 0; attempt < TELL_ATTEMPTS_MAX && !left.isEmpty(); attempt++) {
            left.removeIf(member -> {
                try {
                    return introduction(first).ask(member.address(), asking).configuration() != null;
                } catch (IOException unreachable) {
                    return false;
                }
            });
            if (!left.isEmpty() && closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /** Answers another node while this one belongs to no cluster. */
    public byte[] answer(byte[] question) throws IOException {
        Introduction asked = Json.read(question, Introduction.class);
        NodeIdentity own = file.get();
        boolean isOfFounder = asked.clusterUid().equals(plan.clusterUid) && asked.memberId() == plan.members.firstKey();
        Roster found = asked.found();
        if (isOfFounder && found == null) {
            founderHeard = asked.incarnation(); // An order of an earlier disk of the founder may still be under way.
        } else if (isOfFounder && found != null && asked.incarnation().equals(founderHeard)) {
            follow(found, own.incarnation());
        }
        NodeIdentity.Beginning beginning = file.get().beginning();
        Roster founding = beginning == null ? null : beginning.configuration();
        return Json.write(new Introduction.Answer(
                plan.clusterUid, plan.self, own.incarnation(), plan.address(plan.self), founding, founding, null));
    }

    private void follow(Roster found, UUID incarnation) throws IOException {
        if (!plan.isOf(found)) {
            explain("the founder's list of members is another one: " + found.members());
        } else if (found.names(plan.self, incarnation)) {
            boolean _ = belong(found);
        }
    }

    private synchronized void explain(String reason) {
        if (!reason.equals(lastReason)) {
            lastReason = reason;
            LOG.infof("The cluster is not founded yet: %s", reason);
        }
    }
}
