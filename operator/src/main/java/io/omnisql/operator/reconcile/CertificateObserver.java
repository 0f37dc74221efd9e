package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.certificate.CertificateReader;
import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.certificate.UnusableCertificate;
import io.omnisql.operator.dependent.CertificateSecret;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.plan.CertificatePlan;
import io.omnisql.operator.plan.CertificateSource;
import io.omnisql.operator.plan.CertificatesView;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at the Secrets with certificates as they are at the API server now: from what a cache remembers keys would be drawn twice. */
final class CertificateObserver {
    private final KubernetesClient client;
    private final Clock clock;

    CertificateObserver(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    CertificateSighting look(OmniSqlCluster cluster) {
        var names = Names.of(cluster);
        var nodes = nodes(cluster, names);
        String clients = cluster.getSpec().tls().clientAuthoritySecretName();
        return clients == null
                ? nodes
                : nodes.with(ClientAuthorities.objection(clients, secret(names, clients))
                        .orElse(null));
    }

    private CertificateSighting nodes(OmniSqlCluster cluster, Names names) {
        return switch (cluster.getSpec().tls().mode()) {
            case Insecure -> sighting(new CertificateSource.Nowhere(), null, null, null);
            case Operator -> drawn(names);
            case Secret -> given(cluster, names);
        };
    }

    private CertificateSighting drawn(Names names) {
        var authority = authority(names);
        var view = authority == null ? null : CertificateReader.view(authority.certificate());
        return sighting(new CertificateSource.Drawn(view, names.certified()), held(names), authority, null);
    }

    private CertificateSighting given(OmniSqlCluster cluster, Names names) {
        String name = Objects.requireNonNull(cluster.getSpec().tls().secretName(), "the schema asks for it");
        var held = held(names);
        var secret = secret(names, name);
        if (secret == null) {
            String why = "the Secret %s does not exist".formatted(name);
            return sighting(new CertificateSource.Unusable("SecretMissing", why), held, null, null);
        }
        try {
            if (name.equals(names.certificate()) || name.equals(names.authority())) {
                throw new UnusableCertificate("it is written by the operator itself; choose another name");
            }
            var given = GivenCertificate.read(secret, hosts(cluster, names), clock.instant());
            return sighting(given.source(), held, null, given);
        } catch (UnusableCertificate e) {
            String why = "the Secret %s is no good: %s".formatted(name, e.getMessage());
            return sighting(new CertificateSource.Unusable("SecretInvalid", why), held, null, null);
        }
    }

    /** What a certificate must name: each Service, and each pod that there will be. */
    private static List<String> hosts(OmniSqlCluster cluster, Names names) {
        var spec = cluster.getSpec();
        var services = spec.services().readOnly().enabled()
                ? Stream.of(names.cluster(), names.readOnly())
                : Stream.of(names.cluster());
        var pods = IntStream.range(0, spec.replicas()).mapToObj(ordinal -> names.peerHost(names.pod(ordinal)));
        return Stream.concat(services.map(names::host), pods).toList();
    }

    private CertificateSighting sighting(
            CertificateSource source,
            @Nullable HeldCertificate held,
            @Nullable KeyedCertificate authority,
            @Nullable GivenCertificate given) {
        var view = new CertificatesView(source, held == null ? null : held.view(), clock.instant());
        return new CertificateSighting(view, CertificatePlan.next(view), held, authority, given, null);
    }

    private @Nullable HeldCertificate held(Names names) {
        return HeldCertificate.read(secret(names, names.certificate())).orElse(null);
    }

    /** The operator's authority; null when it is missing or somebody broke it: then another one is drawn. */
    private @Nullable KeyedCertificate authority(Names names) {
        var secret = secret(names, names.authority());
        try {
            return KeyedCertificate.of(
                    SecretText.of(secret, CertificateSecret.CERTIFICATE).orElse(""),
                    SecretText.of(secret, CertificateSecret.KEY).orElse(""));
        } catch (UnusableCertificate e) {
            return null;
        }
    }

    private @Nullable Secret secret(Names names, String name) {
        return client.secrets().inNamespace(names.namespace()).withName(name).get();
    }
}
