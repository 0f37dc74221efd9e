package io.omnisql.operator.plan;

import io.omnisql.operator.plan.MemberAnswer.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Looks at clusters that were founded and are well, but for what a test changes. */
final class Looks {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private Looks() {}

    static Wanted wanted(int replicas) {
        return new Wanted(replicas, false, false, true, true, Duration.ofMinutes(10), Duration.ofMinutes(10), 1);
    }

    static String address(int ordinal) {
        return "db-%d.db-peers.test.svc:7000".formatted(ordinal);
    }

    /** Ids run against the ordinals: who takes one for the other is found out. */
    static Member member(int ordinal) {
        return new Member(100L - ordinal, "disk-" + ordinal, address(ordinal), 0);
    }

    static Configuration configuration(List<Integer> ordinals) {
        return new Configuration(7, 101, ordinals.stream().map(Looks::member).toList());
    }

    static PodView pod(int ordinal, @Nullable MemberAnswer answer) {
        return new PodView(
                ordinal, "db-" + ordinal, "pod-" + ordinal, "r1", answer != null, false, true, Instant.EPOCH, answer);
    }

    static MemberAnswer voting(int ordinal, Configuration configuration) {
        var member = member(ordinal);
        return new MemberAnswer(
                "uid",
                member.memberId(),
                member.incarnation(),
                State.VOTING,
                member.address(),
                configuration,
                100L,
                5,
                5,
                true,
                true,
                "1");
    }

    /** Nodes that hold those voters, all well; ordinal 0 leads. */
    static ClusterView of(Wanted wanted, Configuration configuration) {
        var pods = configuration.members().stream()
                .map(member -> pod(member.ordinal(), voting(member.ordinal(), configuration)))
                .toList();
        return with(wanted, pods, pods.size());
    }

    static ClusterView healthy(int voters, int wanted) {
        return of(
                wanted(wanted), configuration(IntStream.range(0, voters).boxed().toList()));
    }

    static ClusterView with(Wanted wanted, List<PodView> pods, int replicas) {
        var claims = IntStream.range(0, replicas)
                .mapToObj(ordinal ->
                        new ClaimView(ordinal, "data-db-" + ordinal, "disk-" + ordinal, Instant.EPOCH, false, false, 1))
                .toList();
        return new ClusterView(
                wanted,
                new PodSetView(replicas, "r1", true, 1),
                pods,
                claims,
                true,
                replicas,
                Recovery.NONE,
                null,
                CertificateVerdict.INSECURE,
                NOW);
    }

    /** The same with another pod in that place; without any, when it becomes null. */
    static ClusterView change(ClusterView view, int ordinal, UnaryOperator<@Nullable PodView> change) {
        List<PodView> pods = new ArrayList<>(view.pods());
        var before = view.pod(ordinal).orElse(null);
        pods.removeIf(pod -> pod.ordinal() == ordinal);
        var after = change.apply(before);
        if (after != null) {
            pods.add(after);
        }
        return new ClusterView(
                view.wanted(),
                view.podSet(),
                pods,
                view.claims(),
                view.initialized(),
                view.lastVoters(),
                view.recovery(),
                view.handOverRefusedAt(),
                view.certificates(),
                view.now());
    }
}
