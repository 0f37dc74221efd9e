package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.operator.plan.MemberAnswer.State;
import io.omnisql.operator.plan.SimulatedWorld.Disk;
import java.util.List;
import java.util.Objects;

/** Does in the simulated world what was decided, and checks with every act that none costs the quorum, a vote or the last copy of the data. */
final class SimulatedHands {
    private final SimulatedWorld world;

    SimulatedHands(SimulatedWorld world) {
        this.world = world;
    }

    /** Does what was decided. */
    void execute(Action action) {
        if (!(action instanceof Action.Idle) && !(action instanceof Action.Await)) {
            world.story.add(world.seconds + "s " + action.getClass().getSimpleName() + ": " + action.why());
        }
        switch (action) {
            case Action.Idle idle -> {}
            case Action.Await await -> {}
            case Action.KeepPods keep -> keepPods(keep.count());
            case Action.DeletePod delete -> deletePod(delete.pod(), delete.byForce());
            case Action.DeleteClaim delete -> deleteClaim(delete.claim());
            case Action.GrowClaim grow -> world.disk(grow.claim().ordinal()).bytes = grow.bytes();
            case Action.RenewPodSet renew -> world.podSet = null;
            case Action.Join join -> join(join);
            case Action.Retire retire -> retire(retire.pod());
            case Action.HandOver handOver -> world.leader = handOver.memberId();
            case Action.ChooseSurvivor choice -> {}
            case Action.Recover recover -> recover(recover);
            case Action.Reconfigure change -> reconfigure(change);
        }
    }

    private void keepPods(int count) {
        for (int ordinal = count; ordinal < 10 && !world.wanted.hibernate(); ordinal++) {
            assertThat(world.isVoter(ordinal))
                    .as("the pod of voter %d is taken away: %s", ordinal, world.story)
                    .isFalse();
        }
        long bytes = world.podSet == null ? world.wanted.storageBytes() : world.podSet.claimBytes();
        world.podSet = new PodSetView(count, world.revision(), false, bytes);
        if (count == 0) {
            world.disrupted.clear();
        }
    }

    private void deletePod(PodView seen, boolean byForce) {
        var pod = world.pods.get(seen.ordinal());
        if (byForce && pod != null && pod.uid.equals(seen.uid())) {
            world.pods.remove(seen.ordinal());
            world.deadMachines.remove(seen.ordinal()); // It comes again on another one.
            return;
        }
        if (pod == null || !pod.uid.equals(seen.uid()) || pod.terminating) {
            return;
        }
        if (world.isVoter(seen.ordinal()) && world.isWell(seen.ordinal())) {
            world.disrupted.add(seen.ordinal());
            assertThat(world.disrupted)
                    .as("voters that are down by the operator's will")
                    .hasSize(1);
            long others = world.configurationOrFail().members().stream()
                    .filter(member -> member.ordinal() != seen.ordinal() && world.isWell(member.ordinal()))
                    .count();
            assertThat(others >= world.configurationOrFail().majority()
                            || world.configurationOrFail().members().size() == 1)
                    .as("the others are a quorum without pod %d", seen.ordinal())
                    .isTrue();
        }
        world.terminate(pod);
    }

    private void deleteClaim(ClaimView claim) {
        var disk = world.disks.get(claim.ordinal());
        if (disk == null || !disk.incarnation.equals(claim.uid())) {
            return;
        }
        assertThat(world.configurationOrFail().members().stream()
                        .anyMatch(member -> member.incarnation().equals(disk.incarnation)))
                .as("the disk of a voter is deleted")
                .isFalse();
        disk.terminating = true;
    }

    private void recover(Action.Recover recover) {
        var disk = world.disk(recover.pod().ordinal());
        var now = world.configurationOrFail();
        var running = now.members().stream().filter(world::runs).toList();
        boolean isMember =
                running.stream().anyMatch(member -> member.incarnation().equals(disk.incarnation));
        if (!isMember || !disk.clusterUid.equals(recover.clusterUid())) {
            return;
        }
        boolean othersHoldMore =
                running.stream().anyMatch(member -> world.disk(member.ordinal()).acceptedIndex > disk.acceptedIndex);
        if (running.size() >= now.majority() || othersHoldMore) {
            world.recovery = new Recovery(
                    world.recovery.order(),
                    Objects.requireNonNull(world.recovery.record())
                            .refused("a quorum answers, or one that holds more"));
            return;
        }
        assertThat(Objects.requireNonNull(world.recovery.order()).acknowledgeDataLoss())
                .as("the cluster that a person gave up")
                .isEqualTo(disk.clusterUid);
        world.clusters++;
        var alone = new Member(
                Objects.requireNonNull(disk.memberId),
                disk.incarnation,
                SimulatedWorld.ADDRESS.formatted(recover.pod().ordinal()),
                0);
        world.configuration = new Configuration(now.id() + 1000, now.nextMemberId(), List.of(alone));
        world.vote(disk, alone.memberId());
    }

    private void join(Action.Join join) {
        var disk = world.disks.get(join.pod().ordinal());
        if (disk != null && disk.state == State.JOINING) {
            assertThat(join.memberId())
                    .isGreaterThanOrEqualTo(world.configurationOrFail().nextMemberId());
            assertThat(join.clusterUid()).as("a newcomer's cluster").isEqualTo(world.clusterUid());
            disk.clusterUid = join.clusterUid();
            disk.state = State.LEARNER;
            disk.memberId = join.memberId();
            disk.known = world.configuration;
        }
    }

    private void retire(PodView pod) {
        var disk = world.disk(pod.ordinal());
        assertThat(disk.state).as("a voter must not be made empty").isNotEqualTo(State.VOTING);
        world.disks.put(pod.ordinal(), new Disk("disk" + world.names++, disk.bytes));
    }

    private void reconfigure(Action.Reconfigure change) {
        var now = world.configurationOrFail();
        if (change.expectedConfigurationId() != now.id()) {
            return;
        }
        assertThat(change.members().size() % 2).as("an odd number of voters").isEqualTo(1);
        assertThat(change.members().stream().map(Member::memberId).distinct()).hasSameSizeAs(change.members());
        long kept = change.members().stream().filter(now.members()::contains).count();
        assertThat(kept).as("members that have the data").isPositive();
        long next = change.members().stream().mapToLong(Member::memberId).max().orElseThrow() + 1;
        world.configuration = new Configuration(now.id() + 1, Math.max(next, now.nextMemberId()), change.members());
        change.members().forEach(member -> {
            var disk = world.disk(member.ordinal());
            if (disk.incarnation.equals(member.incarnation()) && disk.state == State.LEARNER) {
                world.vote(disk, member.memberId());
            }
        });
    }
}
