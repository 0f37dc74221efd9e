package io.omnisql.operator.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The voters of the newest configuration, and how they are. */
public record Voters(Configuration configuration, ClusterView view) {
    /** How many there are. */
    public int count() {
        return configuration.members().size();
    }

    /** The voter whose place the ordinal is. */
    public Optional<Member> at(int ordinal) {
        return configuration.members().stream()
                .filter(member -> member.ordinal() == ordinal)
                .findFirst();
    }

    /** The pod in which the voter itself runs: a node with an emptied disk in its place is somebody else. */
    public Optional<PodView> podOf(Member member) {
        return view.pod(member.ordinal()).filter(pod -> isHimself(member, pod));
    }

    private static boolean isHimself(Member member, PodView pod) {
        var answer = pod.answer();
        return answer != null
                && answer.memberId() != null
                && answer.memberId() == member.memberId()
                && answer.incarnation().equals(member.incarnation());
    }

    /** Whether the voter does its part: it votes in the newest configuration, has caught up, and its pod is ready and stays. */
    public boolean isHealthy(Member member) {
        return podOf(member)
                .filter(pod -> pod.ready() && !pod.terminating() && pod.is(MemberAnswer.State.VOTING))
                .filter(this::knowsThisConfiguration)
                .flatMap(pod -> Optional.ofNullable(pod.answer()))
                .filter(MemberAnswer::caughtUp)
                .isPresent();
    }

    /** Voters that do their part. */
    public List<Member> healthy() {
        return configuration.members().stream().filter(this::isHealthy).toList();
    }

    /** Whether all do. */
    public boolean allHealthy() {
        return healthy().size() == count();
    }

    /** Whether the others are a quorum without that one. */
    public boolean standWithout(Member member) {
        return healthy().stream().filter(other -> !other.equals(member)).count() >= configuration.majority();
    }

    /** Whether more than half of the voters answer and agree that this configuration is the newest. */
    public boolean agree() {
        return answering(true) >= configuration.majority();
    }

    /** Whether they agree, and none of those that answer is still in an older one. */
    public boolean haveArrived() {
        return agree() && answering(false) == 0;
    }

    private long answering(boolean inThisConfiguration) {
        return configuration.members().stream()
                .flatMap(member -> podOf(member).stream())
                .filter(pod -> inThisConfiguration == knowsThisConfiguration(pod))
                .count();
    }

    private boolean knowsThisConfiguration(PodView pod) {
        var answer = pod.answer();
        return answer != null
                && answer.configuration() != null
                && answer.configuration().id() == configuration.id();
    }

    /** The voter that most voters see leading, if it answers. */
    public Optional<Member> leader() {
        return configuration.members().stream()
                .filter(member -> podOf(member).isPresent())
                .filter(member -> followersOf(member) >= configuration.majority())
                .findFirst();
    }

    private long followersOf(Member leader) {
        return configuration.members().stream()
                .flatMap(member -> podOf(member).stream())
                .filter(pod -> {
                    var answer = pod.answer();
                    return answer != null && answer.leader() != null && answer.leader() == leader.memberId();
                })
                .count();
    }

    /** A healthy voter out of those, the one that knows most. */
    public Optional<Member> mostAdvanced(List<Member> candidates) {
        return candidates.stream().filter(this::isHealthy).max(Comparator.comparingLong(this::decided));
    }

    private long decided(Member member) {
        return podOf(member)
                .flatMap(pod -> Optional.ofNullable(pod.answer()))
                .map(MemberAnswer::decidedIndex)
                .orElse(-1L);
    }

    /** Any pod of a healthy voter, to ask things of; the leader's if there is one. */
    public Optional<PodView> spokesman() {
        return leader().filter(this::isHealthy)
                .or(() -> healthy().stream().findFirst())
                .flatMap(this::podOf);
    }
}
