package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One pod: a node, and PostgreSQL that starts before it and ends after it. It fits the restricted Pod Security Standard. */
final class NodePod {
    /** Name of the volume with the certificate. */
    static final String CERTIFICATE = "certificate";

    /** Name of the volume with the authorities of clients' certificates. */
    static final String CLIENT_AUTHORITIES = "client-authorities";

    /** User, group and owner of the volume in both containers: they share the data folder. */
    private static final long USER = 10_001L;

    private static final long GRACE_SECONDS = 120L;

    private NodePod() {}

    /** A member's. */
    static PodTemplateSpec template(Blueprint blueprint) {
        return new PodTemplateSpecBuilder(template(blueprint, Role.MEMBER, NodeConfigMap.digest(blueprint)))
                .editMetadata()
                .addToAnnotations(NodeStatefulSet.FOUNDERS, Integer.toString(blueprint.founders()))
                .endMetadata()
                .build();
    }

    /** Of a node of that role; with another digest of its settings the pod is made anew. */
    static PodTemplateSpec template(Blueprint blueprint, Role role, String digest) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(blueprint.names().labels(role))
                .addToAnnotations("omnisql.io/settings", digest)
                .endMetadata()
                .withSpec(spec(blueprint, role))
                .build();
    }

    private static PodSpec spec(Blueprint blueprint, Role role) {
        var scheduling = blueprint.spec().scheduling();
        var secret = blueprint.spec().images().pullSecret();
        return new PodSpecBuilder()
                .withServiceAccountName(blueprint.names().cluster())
                .withAutomountServiceAccountToken(false)
                // Variables of Services begin with the Services' names, and the node would take OMNISQL_… for settings.
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withPriorityClassName(scheduling.priorityClassName())
                .withImagePullSecrets(secret == null ? List.of() : List.of(new LocalObjectReference(secret)))
                .withNodeSelector(scheduling.nodeSelector().isEmpty() ? null : scheduling.nodeSelector())
                .withTolerations(PodPlacement.tolerations(scheduling))
                .withAffinity(PodPlacement.affinity(blueprint, role))
                .withTopologySpreadConstraints(scheduling.spread() ? List.of(spread(blueprint, role)) : List.of())
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withInitContainers(PostgresContainer.desired(blueprint, role))
                .withContainers(NodeContainer.desired(blueprint, role))
                .withVolumes(volumes(blueprint, role))
                .build();
    }

    private static TopologySpreadConstraint spread(Blueprint blueprint, Role role) {
        return new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey("topology.kubernetes.io/zone")
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(blueprint.names().selector(role))
                .endLabelSelector()
                .build();
    }

    private static List<Volume> volumes(Blueprint blueprint, Role role) {
        var names = blueprint.names();
        var volumes = new ArrayList<>(List.of(
                folder("run", null, "16Mi"),
                folder("tmp", null, "64Mi"),
                folder("shm", "Memory", "128Mi"),
                new VolumeBuilder()
                        .withName("settings")
                        .withNewConfigMap()
                        .withName(names.settings(role))
                        .withDefaultMode(0444)
                        .endConfigMap()
                        .build(),
                secret("app-password", names.connection(), ConnectionSecret.PASSWORD),
                secret("admin-token", names.adminToken(), AdminTokenSecret.TOKEN)));
        if (blueprint.encrypted()) {
            volumes.add(secret(
                    CERTIFICATE,
                    names.certificate(),
                    CertificateSecret.CERTIFICATE,
                    CertificateSecret.KEY,
                    CertificateSecret.AUTHORITIES));
        }
        var clients = blueprint.spec().tls().clientAuthoritySecretName();
        if (clients != null) {
            volumes.add(secret(CLIENT_AUTHORITIES, clients, CertificateSecret.AUTHORITIES));
        }
        return volumes;
    }

    private static Volume folder(String name, @Nullable String medium, String limit) {
        return new VolumeBuilder()
                .withName(name)
                .withNewEmptyDir()
                .withMedium(medium)
                .withSizeLimit(new Quantity(limit))
                .endEmptyDir()
                .build();
    }

    private static Volume secret(String name, String secret, String... keys) {
        return new VolumeBuilder()
                .withName(name)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(0440)
                .withItems(Stream.of(keys)
                        .map(key -> new KeyToPath(key, null, key))
                        .toList())
                .endSecret()
                .build();
    }
}
