package io.omnisql.operator.dependent;

import static io.omnisql.operator.dependent.PostgresContainer.mount;
import static io.omnisql.operator.dependent.PostgresContainer.readOnly;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.omnisql.operator.api.OmniSqlClusterSpec.Logging;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The node itself. */
final class NodeContainer {
    private static final String ANY_ADDRESS = "0.0.0.0";
    private static final String LOOPBACK = "127.0.0.1";

    private NodeContainer() {}

    static Container desired(Blueprint blueprint, Role role) {
        var images = blueprint.spec().images();
        return new ContainerBuilder()
                .withName("node")
                .withImage(Objects.requireNonNullElse(
                        images.node(), blueprint.images().node()))
                .withImagePullPolicy(images.pullPolicy().name())
                .withEnv(environment(blueprint))
                .withPorts(
                        port("sql", Ports.SQL),
                        port("http", Ports.HTTP),
                        port("peer", Ports.PEER),
                        port("admin", Ports.ADMIN))
                .withStartupProbe(probe(blueprint, "live", 2, 3, 150))
                .withLivenessProbe(probe(blueprint, "live", 10, 5, 6))
                .withReadinessProbe(probe(blueprint, "ready", 2, 3, 2))
                .withResources(
                        PostgresContainer.resources(blueprint.resources(role).node()))
                .withSecurityContext(PostgresContainer.restricted())
                .withVolumeMounts(mounts(blueprint))
                .build();
    }

    private static List<VolumeMount> mounts(Blueprint blueprint) {
        var mounts = new ArrayList<>(List.of(
                mount(Names.VOLUME, "/var/lib/omnisql"),
                mount("run", "/run/omnisql"),
                mount("tmp", "/tmp"),
                readOnly("settings", "/etc/omnisql"),
                readOnly("app-password", "/etc/omnisql-secrets/app"),
                readOnly("admin-token", "/etc/omnisql-secrets/admin")));
        if (blueprint.encrypted()) {
            mounts.add(readOnly(NodePod.CERTIFICATE, NodeTls.FOLDER));
        }
        if (blueprint.spec().tls().asksClients()) {
            mounts.add(readOnly(NodePod.CLIENT_AUTHORITIES, NodeTls.CLIENTS_FOLDER));
        }
        return mounts;
    }

    private static List<EnvVar> environment(Blueprint blueprint) {
        var logging = blueprint.spec().logging();
        return List.of(
                new EnvVarBuilder()
                        .withName("POD_NAME")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "metadata.name")
                        .endValueFrom()
                        .build(),
                env("SMALLRYE_CONFIG_LOCATIONS", "/etc/omnisql/" + NodeConfigMap.FILE),
                env("OMNISQL_PEER_ADDRESS", blueprint.names().peerAddress("$(POD_NAME)")),
                env("OMNISQL_INSECURE", Boolean.toString(!blueprint.encrypted())),
                env("OMNISQL_SQL_HOST", ANY_ADDRESS),
                env("OMNISQL_HTTP_HOST", blueprint.spec().tls().asksClients() ? LOOPBACK : ANY_ADDRESS),
                env("OMNISQL_PEER_HOST", ANY_ADDRESS),
                env("OMNISQL_ADMIN_HOST", ANY_ADDRESS),
                env("OMNISQL_ADMIN_PORT", Integer.toString(Ports.ADMIN)),
                env("OMNISQL_ADMIN_TOKEN_FILE", "/etc/omnisql-secrets/admin/" + AdminTokenSecret.TOKEN),
                env("OMNISQL_BOOTSTRAP_PASSWORD_FILE", "/etc/omnisql-secrets/app/" + ConnectionSecret.PASSWORD),
                env("OMNISQL_NODE_STOP_DELAY", "5s"),
                env("OMNISQL_LOGGING_JSON", Boolean.toString(logging.format() == Logging.Format.json)),
                env("QUARKUS_LOG_LEVEL", logging.level().name()));
    }

    private static EnvVar env(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private static ContainerPort port(String name, int port) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(port)
                .withProtocol("TCP")
                .build();
    }

    private static Probe probe(Blueprint blueprint, String kind, int periodSeconds, int timeoutSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/q/health/" + kind)
                .withNewPort("admin")
                // The kubelet, on the same machine, takes any certificate.
                .withScheme(blueprint.encrypted() ? "HTTPS" : null)
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(timeoutSeconds)
                .withFailureThreshold(failures)
                .build();
    }
}
