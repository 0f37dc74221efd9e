package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.omnisql.operator.api.OmniSqlClusterSpec.Resources;
import java.util.Objects;

/** PostgreSQL beside the node, as a sidecar of Kubernetes' own kind (an init container that goes on): it outlives the node at every stop. */
final class PostgresContainer {
    private PostgresContainer() {}

    static Container desired(Blueprint blueprint, Role role) {
        var images = blueprint.spec().images();
        return new ContainerBuilder()
                .withName("postgres")
                .withImage(Objects.requireNonNullElse(
                        images.postgres(), blueprint.images().postgres()))
                .withImagePullPolicy(images.pullPolicy().name())
                .withRestartPolicy("Always")
                .withNewStartupProbe()
                .withNewExec()
                .withCommand("test", "-s", "/run/omnisql/control/state")
                .endExec()
                .withPeriodSeconds(1)
                .withFailureThreshold(300)
                .endStartupProbe()
                .withResources(resources(blueprint.resources(role).postgres()))
                .withSecurityContext(restricted())
                .withVolumeMounts(
                        mount(Names.VOLUME, "/var/lib/omnisql"),
                        mount("run", "/run/omnisql"),
                        mount("tmp", "/tmp"),
                        mount("shm", "/dev/shm"))
                .build();
    }

    /** Memory is limited to what was asked for; the processor is not, for a throttled voter looks like a dead one. */
    static ResourceRequirements resources(Resources.Container wanted) {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity(wanted.cpu()))
                .addToRequests("memory", new Quantity(wanted.memory()))
                .addToLimits("memory", new Quantity(wanted.memory()))
                .build();
    }

    static SecurityContext restricted() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    static VolumeMount mount(String volume, String path) {
        return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
    }

    static VolumeMount readOnly(String volume, String path) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(true)
                .build();
    }
}
