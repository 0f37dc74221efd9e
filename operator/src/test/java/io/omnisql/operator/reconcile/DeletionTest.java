package io.omnisql.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.SampleCluster;
import io.omnisql.operator.apiserver.WithApiServer;
import io.omnisql.operator.dependent.Blueprint.Credentials;
import io.omnisql.operator.plan.Action;
import io.omnisql.operator.plan.CertificateSource;
import io.omnisql.operator.plan.CertificateStep;
import io.omnisql.operator.plan.CertificateVerdict;
import io.omnisql.operator.plan.CertificatesView;
import io.omnisql.operator.plan.ClaimView;
import io.omnisql.operator.plan.ClusterView;
import io.omnisql.operator.plan.PodView;
import io.omnisql.operator.plan.ReadersView;
import io.omnisql.operator.plan.Recovery;
import io.omnisql.operator.plan.Wanted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Only what was looked at is deleted, never what has its name now. */
@WithApiServer
class DeletionTest {
    private static final String NAMESPACE = "deletion";

    private final KubernetesClient client;
    private final ActionExecutor executor;

    DeletionTest(KubernetesClient client) {
        this.client = client;
        executor = new ActionExecutor(client, new NodeAdminClient(1), Clock.systemUTC());
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .serverSideApply();
    }

    /** On a machine, so that it goes only when the machine says that it has ended. */
    private Pod pod(String name) {
        return client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("machine")
                        .addNewContainer()
                        .withName("node")
                        .withImage("node")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private PersistentVolumeClaim claim(String name) {
        return client.resource(new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withAccessModes("ReadWriteOnce")
                        .withNewResources()
                        .withRequests(Map.of("storage", new Quantity("1Gi")))
                        .endResources()
                        .endSpec()
                        .build())
                .create();
    }

    private static PodView seen(String name, String uid) {
        return new PodView(0, name, uid, "r", true, false, true, Instant.EPOCH, null);
    }

    private void execute(Action action) throws NodeRefusal {
        var cluster = SampleCluster.of("three-nodes.yaml");
        cluster.getMetadata().setNamespace(NAMESPACE);
        var wanted = new Wanted(3, false, false, true, true, Duration.ZERO, Duration.ZERO, 1);
        var view = new ClusterView(
                wanted,
                null,
                List.of(),
                List.of(),
                true,
                3,
                Recovery.NONE,
                null,
                CertificateVerdict.INSECURE,
                Instant.EPOCH);
        var certificates = new CertificateSighting(
                new CertificatesView(new CertificateSource.Nowhere(), null, Instant.EPOCH),
                new CertificateStep.Keep("test"),
                null,
                null,
                null,
                null);
        var pass = new AdminPass("token", false, null);
        executor.execute(
                cluster,
                new Sighting(
                        view,
                        null,
                        List.of(),
                        new ReadersView(0, null),
                        null,
                        new Credentials("a", "b"),
                        certificates,
                        pass),
                action);
    }

    private String deletionOf(Pod pod) {
        return String.valueOf(client.resource(pod).require().getMetadata().getDeletionTimestamp());
    }

    @Test
    void aPodThatOnlyHasTheNameIsNotDeleted() throws NodeRefusal {
        var pod = pod("other");

        execute(new Action.DeletePod(seen("other", "uid-of-its-predecessor"), false, "test"));
        execute(new Action.DeletePod(seen("other", "uid-of-its-predecessor"), true, "test"));

        assertThat(deletionOf(pod)).isEqualTo("null");
    }

    @Test
    void aVolumeThatOnlyHasTheNameIsNotDeleted() throws NodeRefusal {
        var claim = claim("data-other");

        execute(new Action.DeleteClaim(
                new ClaimView(0, "data-other", "uid-of-its-predecessor", Instant.EPOCH, false, false, 1), "test"));

        assertThat(client.resource(claim).require().getMetadata().getDeletionTimestamp())
                .isNull();
    }

    /** A pod that is deleted in the foreground loses its network at once under some networks, and cannot hand over any more. */
    @Test
    void aPodIsNotDeletedInTheForeground() throws NodeRefusal {
        var pod = pod("graceful");

        execute(new Action.DeletePod(seen("graceful", pod.getMetadata().getUid()), false, "test"));

        var metadata = client.resource(pod).require().getMetadata();
        assertThat(metadata.getDeletionTimestamp()).isNotNull();
        assertThat(metadata.getDeletionGracePeriodSeconds()).isPositive();
        assertThat(metadata.getFinalizers()).isEmpty();
    }
}
