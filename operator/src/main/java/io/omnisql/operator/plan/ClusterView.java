package io.omnisql.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One look at a cluster.
 *
 * @param podSet null when there is none (yet)
 * @param pods by ordinal
 * @param initialized the members have founded the cluster once: an empty disk is a lost one
 * @param lastVoters pods that the voters had at the last look that knew them; 0 when there was none
 * @param recovery the order to give a lost quorum up, and what became of it
 * @param handOverRefusedAt when the leader could not hand over the last time
 */
public record ClusterView(
        Wanted wanted,
        @Nullable PodSetView podSet,
        List<PodView> pods,
        List<ClaimView> claims,
        boolean initialized,
        int lastVoters,
        Recovery recovery,
        @Nullable Instant handOverRefusedAt,
        CertificateVerdict certificates,
        Instant now) {
    private static final Duration HAND_OVER_PAUSE = Duration.ofMinutes(1);

    /** Keeps copies in the order of ordinals. */
    public ClusterView {
        pods = pods.stream().sorted(Comparator.comparingInt(PodView::ordinal)).toList();
        claims = claims.stream()
                .sorted(Comparator.comparingInt(ClaimView::ordinal))
                .toList();
    }

    /** The pod with that ordinal. */
    public Optional<PodView> pod(int ordinal) {
        return pods.stream().filter(pod -> pod.ordinal() == ordinal).findFirst();
    }

    /** The newest configuration that any node knows; empty before the founding, or when nobody answers. */
    public Optional<Voters> voters() {
        return pods.stream()
                .filter(pod -> !isFormer(pod))
                .flatMap(pod -> Optional.ofNullable(pod.answer()).stream())
                .flatMap(answer -> Optional.ofNullable(answer.configuration()).stream())
                .max(Comparator.comparingLong(Configuration::id))
                .map(newest -> new Voters(newest, this));
    }

    /** The cluster that the newest configuration is of. */
    public Optional<String> clusterUid() {
        return pods.stream()
                .filter(pod -> !isFormer(pod))
                .flatMap(pod -> Optional.ofNullable(pod.answer()).stream())
                .filter(answer -> answer.configuration() != null && answer.clusterUid() != null)
                .max(Comparator.comparingLong(MemberAnswer::configurationId))
                .flatMap(answer -> Optional.ofNullable(answer.clusterUid()));
    }

    /** Whether its volume is of a member of the cluster before: nothing that its node says counts. */
    public boolean isFormer(PodView pod) {
        return claims.stream().anyMatch(claim -> claim.ordinal() == pod.ordinal() && recovery.isFormer(claim));
    }

    /** Whether the pod is as the newest template wants it. */
    public boolean isOutdated(PodView pod) {
        return podSet != null && podSet.settled() && !pod.revision().equals(podSet.revision());
    }

    /** Whether a planned hand-over may be tried; one that was refused is not tried again for a while, and a step goes on without. */
    public boolean mayHandOver() {
        return handOverRefusedAt == null
                || handOverRefusedAt.plus(HAND_OVER_PAUSE).isBefore(now);
    }

    /** Whether a claim was made longer ago than that. */
    public boolean isOlderThan(ClaimView claim, Duration age) {
        return claim.since().plus(age).isBefore(now);
    }

    /** Whether a pod has been as it is for longer than that. */
    public boolean isOlderThan(PodView pod, Duration age) {
        return pod.since().plus(age).isBefore(now);
    }
}
