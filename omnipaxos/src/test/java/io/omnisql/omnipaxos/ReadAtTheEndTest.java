package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.Accepted;
import io.omnisql.omnipaxos.Message.Decide;
import io.omnisql.omnipaxos.Message.ReadIndexRequest;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.Scene.Flight;
import java.util.Arrays;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Reads that wait for the end of a configuration to be decided by a leader that adopted its stop sign. The next configuration may
 * have decided more long before the read came.
 */
class ReadAtTheEndTest {

    /** One replica grows to three and crashes before its own switch is durable: it decides the stop sign a second time. */
    @Test
    void aReadBehindAnAdoptedStopSignFailsAtTheLeader() {
        Scene scene = Scene.of(1);
        scene.elect(1);
        scene.join(2, scene.node(1).status().configuration());
        scene.join(3, scene.node(1).status().configuration());
        scene.ticks(12);
        Scene.Actor one = scene.node(1);
        one.isDiskHeld = true;
        change(one, 1, 2, 3);
        one.sync(); // The stop sign, no more.
        one.settle();
        scene.deliver(touching(1));
        one.crash();
        long leader = electWithout(scene, 1);
        scene.propose(leader, 10, "W");
        scene.deliver(touching(1).negate());

        one.restart();
        one.isDiskHeld = true;
        one.core.tick();
        one.settle();
        boolean leads = one.status().isLeading();
        read(one);
        one.sync();
        one.settle();

        assertThat(scene.node(leader).proposals).contains(new ProposalOutcome.Decided(10, 1));
        assertThat(leads).isTrue();
        assertThat(one.reads).containsExactly(new ReadOutcome.Failed(77));
    }

    /** No crash: who decided the stop sign is cut off with the replica that is new in the next configuration, and both go on. */
    @Test
    void aReadBehindAnAdoptedStopSignFailsAtAFollower() {
        Scene scene = Scene.of(1, 2, 3);
        scene.elect(1);
        scene.join(4, scene.node(1).status().configuration());
        scene.ticks(12);
        Predicate<Flight> beyondTheCut = touching(2).or(touching(3));
        change(scene.node(1), 1, 2, 4);
        scene.deliver(flight -> flight.to() == 2 && flight.message() instanceof Message.AcceptDecide);
        scene.deliver(kind(Accepted.class));
        scene.drop(beyondTheCut);
        scene.deliver(beyondTheCut.negate());
        scene.propose(1, 10, "W");
        scene.deliver(beyondTheCut.negate());
        scene.drop(_ -> true);

        scene.node(2).core.tryBecomeLeader();
        scene.node(2).settle();
        Predicate<Flight> within = touching(1).or(touching(4)).negate();
        scene.deliver(within.and(kind(Accepted.class).negate()));
        read(scene.node(3));
        scene.deliver(kind(ReadIndexRequest.class));
        scene.deliver(within.and(kind(Accepted.class)));
        scene.drop(kind(Decide.class));
        scene.deliver(within);

        assertThat(scene.node(1).proposals).contains(new ProposalOutcome.Decided(10, 1));
        assertThat(scene.node(2).status().configuration().id()).isEqualTo(2);
        assertThat(scene.node(3).reads).containsExactly(new ReadOutcome.Failed(77));
    }

    private static void change(Scene.Actor node, long... replicas) {
        node.core.reconfigure(
                2,
                Configuration.ofMajorities(
                        2, Arrays.stream(replicas).mapToObj(NodeId::new).toList()));
        node.settle();
    }

    private static void read(Scene.Actor node) {
        node.core.requestReadIndex(77);
        node.settle();
    }

    private static long electWithout(Scene scene, long absent) {
        for (int i = 0; i < 20; i++) {
            scene.tick();
            scene.deliver(touching(absent).negate());
            for (long node = 1; node <= 3; node++) {
                if (node != absent && scene.node(node).status().isLeading()) {
                    scene.drop(_ -> true);
                    return node;
                }
            }
        }
        throw new AssertionError("nobody leads after 20 ticks");
    }
}
