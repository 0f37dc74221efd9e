package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.operator.api.ForceNewCluster;
import io.omnisql.operator.api.RecoveryStatus.Phase;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From any spec to any other; {@code -Dseed=N} replays one run. */
class ConvergenceTest {
    private static final int STEPS_MAX = 3_000;

    static LongStream seeds() {
        Long one = Long.getLong("seed");
        long base = Long.parseUnsignedLong(System.getProperty("seed.base", "0"), 16);
        return one == null
                ? LongStream.range(0, Long.getLong("seeds", 100)).map(number -> base + number)
                : LongStream.of(one);
    }

    private static Wanted anyWanted(Random random, long storageBytes) {
        return new Wanted(
                1 + 2 * random.nextInt(5),
                false,
                random.nextInt(6) == 0,
                random.nextInt(4) == 0,
                true,
                SimulatedWorld.minutes(10),
                SimulatedWorld.minutes(10),
                storageBytes);
    }

    private static Wanted awake(Wanted wanted) {
        return new Wanted(
                wanted.replicas(),
                false,
                false,
                wanted.keepClaims(),
                wanted.autoReplace(),
                wanted.replaceAfter(),
                wanted.progressDeadline(),
                wanted.storageBytes());
    }

    /** Repeats an act now and then, or dies before it: an operator does not know what it did before its last breath. */
    private static void run(SimulatedWorld world, Random random, int steps) {
        for (int step = 0; step < steps; step++) {
            var view = world.view();
            var action = NextStep.of(view);
            int times = random.nextInt(8) == 0 ? random.nextInt(3) : 1;
            if (times > 0 && random.nextInt(8) > 0) {
                world.remember(view);
            }
            for (int time = 0; time < times; time++) {
                world.execute(action);
            }
            world.readers.elapse(view);
            world.elapse();
        }
    }

    private static void converge(SimulatedWorld world, Random random, Wanted last) {
        int idle = 0;
        for (int step = 0; step < STEPS_MAX && idle < 20; step++) {
            boolean all = world.readers.pods() == world.readers.wanted();
            idle = all && NextStep.of(world.view()) instanceof Action.Idle ? idle + 1 : 0;
            run(world, random, 1);
        }
        var voters = world.view().voters().orElseThrow(() -> new AssertionError("not founded: " + world.story()));
        assertThat(NextStep.of(world.view()))
                .as("%s", world.story())
                .isEqualTo(new Action.Idle("everything is as the spec wants it"));
        assertThat(voters.count()).isEqualTo(last.replicas());
        assertThat(voters.allHealthy()).isTrue();
        assertThat(world.view().pods()).hasSize(last.replicas()).noneMatch(world.view()::isOutdated);
        assertThat(world.view().claims()).allMatch(claim -> claim.requestedBytes() >= last.storageBytes());
        assertThat(world.readers.pods()).isEqualTo(world.readers.wanted());
        assertThat(world.readers.volumes()).isEqualTo(world.readers.wanted());
        assertThat(world.readers.exist()).isEqualTo(world.readers.wanted() > 0);
        if (!last.keepClaims()) {
            assertThat(world.volumes()).isEqualTo(last.replicas());
        }
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void convergesThroughAnySpecsWithOneDisruptionAtATime(long seed) {
        // given
        var random = new Random(seed);
        long bytes = 1;
        var wanted = anyWanted(random, bytes);
        var world = new SimulatedWorld(seed, wanted);

        // when
        for (int change = 0; change < 6; change++) {
            run(world, random, random.nextInt(60));
            bytes += random.nextInt(3) == 0 ? 1 : 0;
            wanted = anyWanted(random, bytes);
            world.readers.want(random.nextInt(4));
            if (random.nextInt(5) == 0) {
                world.breakTemplate();
            } else {
                world.want(wanted, random.nextBoolean());
            }
        }
        var last = awake(wanted);
        world.want(last, true);

        // then
        converge(world, random, last);
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void replacesLostDisksOneAtATime(long seed) {
        // given
        var random = new Random(seed);
        var wanted = awake(anyWanted(random, 1));
        var three = new Wanted(
                Math.max(3, wanted.replicas()),
                false,
                false,
                false,
                true,
                wanted.replaceAfter(),
                wanted.progressDeadline(),
                1);
        var world = new SimulatedWorld(seed, three);
        converge(world, random, three);

        for (int loss = 0; loss < 3; loss++) {
            // when
            world.loseDisk(random.nextInt(three.replicas()));

            // then
            converge(world, random, three);
        }
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void aLostQuorumIsGivenUpOnceAndByOrderOnlyAndTheClusterComesBack(long seed) {
        // given
        var random = new Random(seed);
        var wanted = manyVoters(random);
        var world = new SimulatedWorld(seed, wanted);
        converge(world, random, wanted);
        var left = world.loseQuorum();
        run(world, random, 50);
        assertThat(world.recoveries()).isZero();

        // when
        var order = new ForceNewCluster(world.clusterUid(), random.nextBoolean() ? null : world.mostAdvanced(left));
        world.order(order);
        for (int step = 0; step < STEPS_MAX && world.recoveries() == 0; step++) {
            run(world, random, 1);
        }
        var last = awake(anyWanted(random, 1));
        world.want(last, random.nextBoolean());
        run(world, random, random.nextInt(100));
        world.reviveMachines();

        // then
        converge(world, random, last);
        run(world, random, 100);
        assertThat(world.recoveries()).isEqualTo(1);
        assertThat(world.configuration()).isNotNull();
        assertThat(world.recovery().record())
                .isNotNull()
                .satisfies(record -> assertThat(record.phase()).isEqualTo(Phase.CarriedOut));
        assertThat(last.keepClaims() || world.allDisksAreOfThisCluster()).isTrue();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void anOrderThatCameWhileAQuorumWasThereIsSpent(long seed) {
        // given
        var random = new Random(seed);
        var wanted = manyVoters(random);
        var world = new SimulatedWorld(seed, wanted);
        converge(world, random, wanted);

        // when
        world.order(new ForceNewCluster(world.clusterUid(), null));
        run(world, random, 20);
        world.loseQuorum();
        run(world, random, 200);

        // then
        assertThat(world.recoveries()).isZero();
    }

    private static Wanted manyVoters(Random random) {
        var any = awake(anyWanted(random, 1));
        return new Wanted(
                Math.max(3, any.replicas()),
                false,
                false,
                any.keepClaims(),
                true,
                any.replaceAfter(),
                any.progressDeadline(),
                1);
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void aBrokenTemplateCostsOnePodAndIsHealedByTheNextOne(long seed) {
        // given
        var random = new Random(seed);
        var wanted =
                new Wanted(5, false, false, false, true, SimulatedWorld.minutes(10), SimulatedWorld.minutes(10), 1);
        var world = new SimulatedWorld(seed, wanted);
        converge(world, random, wanted);

        // when
        world.breakTemplate();
        run(world, random, 300);

        // then
        assertThat(world.view().voters().orElseThrow().healthy()).hasSize(4);
        world.want(wanted, true);
        converge(world, random, wanted);
    }
}
