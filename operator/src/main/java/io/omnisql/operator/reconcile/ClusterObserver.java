package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.StorageSpec.Retention.Policy;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.dependent.Blueprint.Credentials;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.plan.ClaimView;
import io.omnisql.operator.plan.ClusterView;
import io.omnisql.operator.plan.MemberAnswer;
import io.omnisql.operator.plan.PodSetView;
import io.omnisql.operator.plan.PodView;
import io.omnisql.operator.plan.ReadersView;
import io.omnisql.operator.plan.Recovery;
import io.omnisql.operator.plan.Wanted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a cluster: its pods, volumes and StatefulSet as they are at the API server now, not as a cache remembers them, and what each node says
 * of itself. What is decided from a look may be deleted because of it.
 */
public final class ClusterObserver {
    private final KubernetesClient client;
    private final NodeAdminClient admin;
    private final Clock clock;
    private final CredentialsDrawer drawer;
    private final CertificateObserver certificates;

    ClusterObserver(KubernetesClient client, NodeAdminClient admin, Clock clock) {
        this.client = client;
        this.admin = admin;
        this.clock = clock;
        this.drawer = new CredentialsDrawer(client);
        this.certificates = new CertificateObserver(client, clock);
    }

    Sighting look(OmniSqlCluster cluster, @Nullable Instant handOverRefusedAt) {
        var names = Names.of(cluster);
        var credentials = drawer.drawnFor(names);
        var certified = certificates.look(cluster);
        var pass = pass(cluster, credentials, certified);
        var podSet = client.apps()
                .statefulSets()
                .inNamespace(names.namespace())
                .withName(names.cluster())
                .get();
        var readerSet = client.apps()
                .statefulSets()
                .inNamespace(names.namespace())
                .withName(names.readers())
                .get();
        var pods = client.pods().inNamespace(names.namespace()).withLabels(names.selector()).list().getItems().stream()
                .filter(pod -> ordinal(names.cluster() + "-", pod.getMetadata().getName()) >= 0)
                .toList();
        var claims = client.persistentVolumeClaims()
                .inNamespace(names.namespace())
                .withLabels(names.selector())
                .list()
                .getItems();
        var answers = ask(pods, pass);
        var status = Objects.requireNonNullElseGet(cluster.getStatus(), OmniSqlClusterStatus::empty);
        var view = new ClusterView(
                wanted(cluster),
                podSet == null ? null : podSet(podSet),
                pods.stream()
                        .map(pod ->
                                pod(names, pod, answers.get(pod.getMetadata().getUid())))
                        .toList(),
                claims.stream().flatMap(claim -> claim(names, claim).stream()).toList(),
                status.wasInitialized(),
                lastVoters(status),
                new Recovery(cluster.getSpec().recovery().forceNewCluster(), status.recovery()),
                handOverRefusedAt,
                certified.verdict(),
                clock.instant());
        var readers = readers(cluster, readerSet);
        return new Sighting(view, podSet, pods, readers, readerSet, credentials, certified, pass);
    }

    /** The voters' pods are the first ones, but for a survivor that is alone: it may be in any. */
    private static int lastVoters(OmniSqlClusterStatus status) {
        Integer voters = status.wasInitialized() ? status.replicas() : null;
        var recovery = status.recovery();
        var survivor = recovery == null ? null : recovery.survivor();
        return voters == null ? 0 : voters > 1 || survivor == null ? voters : survivor.ordinal() + 1;
    }

    private static AdminPass pass(OmniSqlCluster cluster, Credentials credentials, CertificateSighting certified) {
        var names = Names.of(cluster);
        var held = certified.held();
        return new AdminPass(
                credentials.adminToken(),
                cluster.getSpec().tls().encrypted(),
                held == null ? null : new NodeTrust(Pem.text(held.authorities()), names.peerHost(names.pod(0))));
    }

    /** All nodes at the same time: a silent one costs one timeout, not one each. */
    private Map<String, MemberAnswer> ask(List<Pod> pods, AdminPass pass) {
        Map<String, CompletableFuture<Optional<MemberAnswer>>> asked = new HashMap<>();
        for (Pod pod : pods) {
            String address = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
            if (address != null) {
                pass.at(address).ifPresent(access -> asked.put(pod.getMetadata().getUid(), admin.look(access)));
            }
        }
        Map<String, MemberAnswer> answers = new HashMap<>();
        asked.forEach((uid, answer) -> answer.join().ifPresent(given -> answers.put(uid, given)));
        return answers;
    }

    private static Wanted wanted(OmniSqlCluster cluster) {
        var spec = cluster.getSpec();
        return new Wanted(
                spec.replicas(),
                spec.paused(),
                spec.hibernate(),
                spec.storage().retention().whenScaled() == Policy.Retain,
                spec.recovery().autoReplace(),
                Duration.ofSeconds(spec.recovery().replaceAfterSeconds()),
                Duration.ofSeconds(spec.rollout().progressDeadlineSeconds()),
                bytes(new Quantity(spec.storage().size())));
    }

    private static long bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity).longValue();
    }

    private static ReadersView readers(OmniSqlCluster cluster, @Nullable StatefulSet set) {
        int wanted = cluster.getSpec().readers().replicas();
        if (set == null) {
            return new ReadersView(wanted, null);
        }
        var status = Objects.requireNonNullElseGet(set.getStatus(), StatefulSetStatus::new);
        return new ReadersView(
                wanted,
                new ReadersView.PodSet(
                        Objects.requireNonNullElse(set.getSpec().getReplicas(), 1),
                        isSettled(set),
                        Objects.requireNonNullElse(status.getReplicas(), 0),
                        Objects.requireNonNullElse(status.getReadyReplicas(), 0),
                        Objects.requireNonNullElse(status.getUpdatedReplicas(), 0)));
    }

    private static boolean isSettled(StatefulSet set) {
        var status = set.getStatus();
        return status != null
                && Objects.equals(
                        status.getObservedGeneration(), set.getMetadata().getGeneration())
                && status.getUpdateRevision() != null;
    }

    private static PodSetView podSet(StatefulSet set) {
        boolean settled = isSettled(set);
        long claimBytes = set.getSpec().getVolumeClaimTemplates().stream()
                .mapToLong(claim -> bytes(Sighting.requested(claim)))
                .max()
                .orElse(0);
        return new PodSetView(
                Objects.requireNonNullElse(set.getSpec().getReplicas(), 1),
                settled ? set.getStatus().getUpdateRevision() : "",
                settled,
                claimBytes);
    }

    private static PodView pod(Names names, Pod pod, @Nullable MemberAnswer answer) {
        var metadata = pod.getMetadata();
        var ready = pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .findFirst();
        String since = metadata.getDeletionTimestamp() != null
                ? metadata.getDeletionTimestamp()
                : ready.map(condition -> condition.getLastTransitionTime()).orElse(metadata.getCreationTimestamp());
        return new PodView(
                ordinal(names.cluster() + "-", metadata.getName()),
                metadata.getName(),
                metadata.getUid(),
                metadata.getLabels().getOrDefault("controller-revision-hash", ""),
                ready.filter(condition -> condition.getStatus().equals("True")).isPresent(),
                metadata.getDeletionTimestamp() != null,
                pod.getSpec().getNodeName() != null,
                Instant.parse(since),
                answer);
    }

    private static Optional<ClaimView> claim(Names names, PersistentVolumeClaim claim) {
        var metadata = claim.getMetadata();
        int ordinal = ordinal(Names.VOLUME + "-" + names.cluster() + "-", metadata.getName());
        return ordinal < 0
                ? Optional.empty()
                : Optional.of(new ClaimView(
                        ordinal,
                        metadata.getName(),
                        metadata.getUid(),
                        Instant.parse(metadata.getCreationTimestamp()),
                        metadata.getDeletionTimestamp() != null,
                        claim.getStatus() != null
                                && "Lost".equals(claim.getStatus().getPhase()),
                        bytes(Sighting.requested(claim))));
    }

    /** The number behind the prefix; -1 when there is none. */
    private static int ordinal(String prefix, String name) {
        String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
        return rest.matches("[0-9]{1,4}") ? Integer.parseInt(rest) : -1;
    }
}
