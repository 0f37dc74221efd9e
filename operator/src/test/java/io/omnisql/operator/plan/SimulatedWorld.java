package io.omnisql.operator.plan;

import io.omnisql.operator.api.ForceNewCluster;
import io.omnisql.operator.plan.MemberAnswer.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes and the nodes, as far as the plan can see them: pods come late, learners need time, an emptied disk is another incarnation,
 * and a machine that was given up may come back.
 */
final class SimulatedWorld {
    static final String ADDRESS = "db-%d.db-peers.test.svc:7000";

    private final Random random;
    final SimulatedReaders readers;
    Wanted wanted;
    private int template = 1;
    private final Set<String> broken = new HashSet<>();

    @Nullable
    PodSetView podSet;

    final TreeMap<Integer, Pod> pods = new TreeMap<>();
    final TreeMap<Integer, Disk> disks = new TreeMap<>();

    @Nullable
    Configuration configuration;

    long leader;
    private int lastVoters;
    long seconds;
    int names;
    final Set<Integer> disrupted = new TreeSet<>();
    final List<String> story = new ArrayList<>();
    final Set<Integer> deadMachines = new TreeSet<>();
    Recovery recovery = Recovery.NONE;
    int clusters = 1;

    SimulatedWorld(long seed, Wanted wanted) {
        random = new Random(seed);
        readers = new SimulatedReaders(seed);
        this.wanted = wanted;
    }

    static final class Pod {
        final String uid;
        private final String revision;
        private boolean running;
        boolean terminating;
        private Instant since;

        Pod(String uid, String revision, Instant since) {
            this.uid = uid;
            this.revision = revision;
            this.since = since;
        }
    }

    static final class Disk {
        final String incarnation;
        long bytes;
        boolean terminating;
        State state = State.JOINING;

        @Nullable
        Long memberId;

        boolean caughtUp;
        String clusterUid = "";
        long acceptedIndex;

        @Nullable
        Configuration known;

        Disk(String incarnation, long bytes) {
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

    String clusterUid() {
        return "cluster-" + clusters;
    }

    /** How often a node went on alone. */
    int recoveries() {
        return clusters - 1;
    }

    Recovery recovery() {
        return recovery;
    }

    void order(@Nullable ForceNewCluster order) {
        recovery = new Recovery(order, recovery.record());
    }

    /** The status is written. */
    void remember(ClusterView view) {
        recovery = new Recovery(recovery.order(), RecoveryRecord.after(view));
    }

    /** All but a few are gone, some of them with their disks; answers who are left. */
    List<Integer> loseQuorum() {
        List<Integer> all = new ArrayList<>(pods.keySet());
        Collections.shuffle(all, random);
        int left = 1 + random.nextInt(Math.max(1, configurationOrFail().majority() - 1));
        for (int ordinal : all.subList(left, all.size())) {
            if (random.nextBoolean()) {
                loseDisk(ordinal);
            } else {
                deadMachines.add(ordinal);
                Objects.requireNonNull(pods.get(ordinal)).running = false;
            }
        }
        disks.values().forEach(disk -> disk.acceptedIndex = random.nextInt(3));
        return all.subList(0, left);
    }

    /** Who of those holds most. */
    int mostAdvanced(List<Integer> ordinals) {
        return ordinals.stream()
                .max(Comparator.comparingLong(ordinal -> disk(ordinal).acceptedIndex))
                .orElseThrow();
    }

    void reviveMachines() {
        deadMachines.clear();
    }

    boolean allDisksAreOfThisCluster() {
        return disks.values().stream().allMatch(disk -> disk.clusterUid.equals(clusterUid()));
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
                recovery,
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
                disk.known == null ? null : disk.clusterUid,
                disk.memberId,
                disk.incarnation,
                disk.state,
                ADDRESS.formatted(ordinal),
                disk.known,
                disk.known == null || isFormer(disk) ? null : leader,
                disk.acceptedIndex,
                disk.acceptedIndex,
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
        pods.forEach((ordinal, pod) -> {
            boolean mayStart = !deadMachines.contains(ordinal) && !broken.contains(pod.revision);
            if (!pod.running && mayStart && random.nextBoolean()) {
                start(pod);
            }
        });
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
        pods.entrySet()
                .removeIf(entry ->
                        entry.getValue().terminating && !deadMachines.contains(entry.getKey()) && random.nextBoolean());
        pods.tailMap(set.replicas()).values().forEach(this::terminate);
        for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
            if (!pods.containsKey(ordinal) && random.nextBoolean() && !isGoing(ordinal)) {
                pods.put(ordinal, new Pod("pod" + names++, revision(), now()));
                disks.computeIfAbsent(ordinal, missing -> new Disk("disk" + names++, set.claimBytes()));
            }
        }
    }

    void terminate(Pod pod) {
        pod.since = pod.terminating ? pod.since : now();
        pod.terminating = true;
    }

    private boolean isGoing(int ordinal) {
        var disk = disks.get(ordinal);
        return disk != null && disk.terminating;
    }

    String revision() {
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

    void vote(Disk disk, long memberId) {
        disk.state = State.VOTING;
        disk.memberId = memberId;
        disk.caughtUp = true;
        disk.known = configuration;
        disk.clusterUid = clusterUid();
    }

    /** It goes on to believe in the configuration that it knew. */
    boolean isFormer(Disk disk) {
        return disk.state != State.JOINING && !disk.clusterUid.equals(clusterUid());
    }

    private void progress(int ordinal, Disk disk) {
        var pod = pods.get(ordinal);
        if (pod == null || !pod.running || configuration == null || disk.state == State.JOINING || isFormer(disk)) {
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

    boolean isVoter(int ordinal) {
        return configuration != null
                && configuration.members().stream().anyMatch(member -> member.ordinal() == ordinal);
    }

    boolean isWell(int ordinal) {
        var pod = pods.get(ordinal);
        var disk = disks.get(ordinal);
        return pod != null && disk != null && podView(ordinal, pod).ready() && !pod.terminating && !isFormer(disk);
    }

    void execute(Action action) {
        new SimulatedHands(this).execute(action);
    }

    Disk disk(int ordinal) {
        return Objects.requireNonNull(disks.get(ordinal));
    }

    Configuration configurationOrFail() {
        return Objects.requireNonNull(configuration);
    }

    boolean runs(Member member) {
        var pod = pods.get(member.ordinal());
        var disk = disks.get(member.ordinal());
        return pod != null && pod.running && disk != null && disk.incarnation.equals(member.incarnation());
    }

    static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }
}
