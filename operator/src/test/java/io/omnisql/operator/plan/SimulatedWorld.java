package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.operator.plan.MemberAnswer.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes and the nodes, as far as the plan can see them: pods come late, learners need time, an emptied disk is another incarnation. It
 * checks with every act that none costs the quorum, a vote or the last copy of the data.
 */
final class SimulatedWorld {
    private static final String ADDRESS = "db-%d.db-peers.test.svc:7000";

    private final Random random;
    private Wanted wanted;
    private int template = 1;
    private final Set<String> broken = new HashSet<>();
    private @Nullable PodSetView podSet;
    private final TreeMap<Integer, Pod> pods = new TreeMap<>();
    private final TreeMap<Integer, Disk> disks = new TreeMap<>();
    private @Nullable Configuration configuration;
    private long leader;
    private int lastVoters;
    private long seconds;
    private int names;
    private final Set<Integer> disrupted = new TreeSet<>();
    private final List<String> story = new ArrayList<>();

    SimulatedWorld(long seed, Wanted wanted) {
        random = new Random(seed);
        this.wanted = wanted;
    }

    private static final class Pod {
        private final String uid;
        private final String revision;
        private boolean running;
        private boolean terminating;
        private Instant since;

        private Pod(String uid, String revision, Instant since) {
            this.uid = uid;
            this.revision = revision;
            this.since = since;
        }
    }

    private static final class Disk {
        private final String incarnation;
        private long bytes;
        private boolean terminating;
        private State state = State.JOINING;
        private @Nullable Long memberId;
        private boolean caughtUp;
        private @Nullable Configuration known;

        private Disk(String incarnation, long bytes) {
            this.incarnation = incarnation;
            this.bytes = bytes;
        }
    }

    List<String> story() {
        return story;
    }

    @Nullable
    Configuration configuration() {
        return configuration;
    }

    int volumes() {
        return disks.size();
    }

    void want(Wanted next, boolean newTemplate) {
        wanted = next;
        template += newTemplate ? 1 : 0;
    }

    /** The newest template never runs. */
    void breakTemplate() {
        template++;
        broken.add(revision());
    }

    /** The disk of a member is gone, and its pod with it. */
    void loseDisk(int ordinal) {
        disks.remove(ordinal);
        pods.remove(ordinal);
    }

    boolean allWell() {
        return view().voters().filter(Voters::allHealthy).isPresent();
    }

    ClusterView view() {
        if (configuration != null && !pods.isEmpty()) {
            lastVoters = configuration.highestOrdinal() + 1;
        }
        return new ClusterView(
                wanted,
                podSet,
                pods.entrySet().stream()
                        .map(entry -> podView(entry.getKey(), entry.getValue()))
                        .toList(),
                disks.entrySet().stream()
                        .map(entry -> new ClaimView(
                                entry.getKey(),
                                "data-db-" + entry.getKey(),
                                entry.getValue().incarnation,
                                Instant.EPOCH,
                                entry.getValue().terminating,
                                false,
                                entry.getValue().bytes))
                        .toList(),
                configuration != null,
                lastVoters,
                null,
                CertificateVerdict.INSECURE,
                now());
    }

    private PodView podView(int ordinal, Pod pod) {
        var disk = pod.running ? disks.get(ordinal) : null;
        boolean ready = disk != null && disk.state == State.VOTING && disk.caughtUp;
        return new PodView(
                ordinal,
                "db-" + ordinal,
                pod.uid,
                pod.revision,
                ready,
                pod.terminating,
                true,
                pod.since,
                disk == null ? null : answer(ordinal, disk));
    }

    private MemberAnswer answer(int ordinal, Disk disk) {
        return new MemberAnswer(
                disk.known == null ? null : "uid",
                disk.memberId,
                disk.incarnation,
                disk.state,
                ADDRESS.formatted(ordinal),
                disk.known,
                disk.known == null ? null : leader,
                0,
                disk.caughtUp,
                disk.known != null,
                "1");
    }

    private Instant now() {
        return Instant.EPOCH.plusSeconds(seconds);
    }

    /** A little time: some of what can happen by itself happens. */
    void elapse() {
        seconds += 5;
        if (podSet != null) {
            boolean seen = podSet.settled() && podSet.revision().equals(revision());
            podSet = new PodSetView(podSet.replicas(), revision(), seen || random.nextInt(4) > 0, podSet.claimBytes());
            controlPods(podSet);
        }
        disks.entrySet().removeIf(entry -> entry.getValue().terminating && !pods.containsKey(entry.getKey()));
        pods.values().stream()
                .filter(pod -> !pod.running && !broken.contains(pod.revision) && random.nextBoolean())
                .forEach(this::start);
        found();
        disks.forEach(this::progress);
        elect();
        disrupted.removeIf(ordinal -> isWell(ordinal) || !isVoter(ordinal));
    }

    private void start(Pod pod) {
        pod.running = true;
        pod.since = now();
    }

    private void controlPods(PodSetView set) {
        pods.values().removeIf(pod -> pod.terminating && random.nextBoolean());
        pods.tailMap(set.replicas()).values().forEach(this::terminate);
        for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
            if (!pods.containsKey(ordinal) && random.nextBoolean() && !isGoing(ordinal)) {
                pods.put(ordinal, new Pod("pod" + names++, revision(), now()));
                disks.computeIfAbsent(ordinal, missing -> new Disk("disk" + names++, set.claimBytes()));
            }
        }
    }

    private void terminate(Pod pod) {
        pod.since = pod.terminating ? pod.since : now();
        pod.terminating = true;
    }

    private boolean isGoing(int ordinal) {
        var disk = disks.get(ordinal);
        return disk != null && disk.terminating;
    }

    private String revision() {
        // Until the founding the number of nodes is a part of the template.
        return "r" + template + (configuration == null ? "/" + wanted.replicas() : "/founded");
    }

    private void found() {
        if (configuration != null || pods.size() != wanted.replicas()) {
            return;
        }
        if (pods.values().stream().anyMatch(pod -> !pod.running || !pod.revision.equals(revision()))) {
            return;
        }
        List<Member> members = new ArrayList<>();
        String before = revision();
        disks.forEach((ordinal, disk) ->
                members.add(new Member(ordinal + 1, disk.incarnation, ADDRESS.formatted(ordinal), 0)));
        configuration = new Configuration(1, members.size() + 1, members);
        disks.forEach((ordinal, disk) -> vote(disk, ordinal + 1));
        // The founding's settings are no longer a part of it: the pods that run are as new as it gets.
        var founders = List.copyOf(pods.entrySet());
        founders.stream()
                .filter(entry -> entry.getValue().revision.equals(before))
                .forEach(entry -> {
                    var pod = new Pod(entry.getValue().uid, revision(), entry.getValue().since);
                    pod.running = true;
                    pods.put(entry.getKey(), pod);
                });
    }

    private void vote(Disk disk, long memberId) {
        disk.state = State.VOTING;
        disk.memberId = memberId;
        disk.caughtUp = true;
        disk.known = configuration;
    }

    private void progress(int ordinal, Disk disk) {
        var pod = pods.get(ordinal);
        if (pod == null || !pod.running || configuration == null || disk.state == State.JOINING) {
            return;
        }
        if (random.nextBoolean()) {
            disk.known = configuration;
            boolean named = configuration.members().stream()
                    .anyMatch(member -> member.incarnation().equals(disk.incarnation));
            disk.state = named ? State.VOTING : disk.state == State.VOTING ? State.RETIRED : disk.state;
        }
        disk.caughtUp |= random.nextInt(3) == 0;
    }

    private void elect() {
        if (configuration == null) {
            return;
        }
        var well = configuration.members().stream()
                .filter(member -> isWell(member.ordinal()))
                .toList();
        if (well.size() >= configuration.majority() && well.stream().noneMatch(member -> member.memberId() == leader)) {
            leader = well.get(random.nextInt(well.size())).memberId();
        }
    }

    private boolean isVoter(int ordinal) {
        return configuration != null
                && configuration.members().stream().anyMatch(member -> member.ordinal() == ordinal);
    }

    private boolean isWell(int ordinal) {
        var pod = pods.get(ordinal);
        var disk = disks.get(ordinal);
        return pod != null && disk != null && podView(ordinal, pod).ready() && !pod.terminating;
    }

    /** Does what was decided. */
    void execute(Action action) {
        if (!(action instanceof Action.Idle) && !(action instanceof Action.Await)) {
            story.add(seconds + "s " + action.getClass().getSimpleName() + ": " + action.why());
        }
        switch (action) {
            case Action.Idle idle -> {}
            case Action.Await await -> {}
            case Action.KeepPods keep -> keepPods(keep.count());
            case Action.DeletePod delete -> deletePod(delete.pod());
            case Action.DeleteClaim delete -> deleteClaim(delete.claim());
            case Action.GrowClaim grow -> disk(grow.claim().ordinal()).bytes = grow.bytes();
            case Action.RenewPodSet renew -> podSet = null;
            case Action.Join join -> join(join);
            case Action.Retire retire -> retire(retire.pod());
            case Action.HandOver handOver -> leader = handOver.memberId();
            case Action.Reconfigure change -> reconfigure(change);
        }
    }

    private Disk disk(int ordinal) {
        return java.util.Objects.requireNonNull(disks.get(ordinal));
    }

    private void keepPods(int count) {
        for (int ordinal = count; ordinal < 10 && !wanted.hibernate(); ordinal++) {
            assertThat(isVoter(ordinal))
                    .as("the pod of voter %d is taken away: %s", ordinal, story)
                    .isFalse();
        }
        long bytes = podSet == null ? wanted.storageBytes() : podSet.claimBytes();
        podSet = new PodSetView(count, revision(), false, bytes);
        if (count == 0) {
            disrupted.clear();
        }
    }

    private void deletePod(PodView seen) {
        var pod = pods.get(seen.ordinal());
        if (pod == null || !pod.uid.equals(seen.uid()) || pod.terminating) {
            return;
        }
        if (isVoter(seen.ordinal()) && isWell(seen.ordinal())) {
            disrupted.add(seen.ordinal());
            assertThat(disrupted)
                    .as("voters that are down by the operator's will")
                    .hasSize(1);
            long others = configurationOrFail().members().stream()
                    .filter(member -> member.ordinal() != seen.ordinal() && isWell(member.ordinal()))
                    .count();
            assertThat(others >= configurationOrFail().majority()
                            || configurationOrFail().members().size() == 1)
                    .as("the others are a quorum without pod %d", seen.ordinal())
                    .isTrue();
        }
        terminate(pod);
    }

    private Configuration configurationOrFail() {
        return java.util.Objects.requireNonNull(configuration);
    }

    private void deleteClaim(ClaimView claim) {
        var disk = disks.get(claim.ordinal());
        if (disk == null || !disk.incarnation.equals(claim.uid())) {
            return;
        }
        assertThat(configurationOrFail().members().stream()
                        .anyMatch(member -> member.incarnation().equals(disk.incarnation)))
                .as("the disk of a voter is deleted")
                .isFalse();
        disk.terminating = true;
    }

    private void join(Action.Join join) {
        var disk = disks.get(join.pod().ordinal());
        if (disk != null && disk.state == State.JOINING) {
            assertThat(join.memberId())
                    .isGreaterThanOrEqualTo(configurationOrFail().nextMemberId());
            disk.state = State.LEARNER;
            disk.memberId = join.memberId();
            disk.known = configuration;
        }
    }

    private void retire(PodView pod) {
        var disk = disk(pod.ordinal());
        assertThat(disk.state).as("a voter must not be made empty").isNotEqualTo(State.VOTING);
        disks.put(pod.ordinal(), new Disk("disk" + names++, disk.bytes));
    }

    private void reconfigure(Action.Reconfigure change) {
        var now = configurationOrFail();
        if (change.expectedConfigurationId() != now.id()) {
            return;
        }
        assertThat(change.members().size() % 2).as("an odd number of voters").isEqualTo(1);
        assertThat(change.members().stream().map(Member::memberId).distinct()).hasSameSizeAs(change.members());
        long kept = change.members().stream().filter(now.members()::contains).count();
        assertThat(kept).as("members that have the data").isPositive();
        long next = change.members().stream().mapToLong(Member::memberId).max().orElseThrow() + 1;
        configuration = new Configuration(now.id() + 1, Math.max(next, now.nextMemberId()), change.members());
        change.members().forEach(member -> {
            var disk = disk(member.ordinal());
            if (disk.incarnation.equals(member.incarnation()) && disk.state == State.LEARNER) {
                vote(disk, member.memberId());
            }
        });
    }

    static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }
}
