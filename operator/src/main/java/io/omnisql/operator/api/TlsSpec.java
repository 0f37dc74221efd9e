package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import org.jspecify.annotations.Nullable;

/** Encryption of everything that a node says and hears: clients, peers and the operator. Rules on it stand at the spec: they would refuse the default. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TlsSpec(
        @Default("Operator")
        @JsonPropertyDescription(
                "Operator: an authority of the cluster's own, certificates renewed by the operator. Secret: certificates out of a Secret of yours. Insecure: everything in the clear.")
        Mode mode,

        @Pattern("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")
        @JsonPropertyDescription(
                "Mode Secret: a Secret with tls.crt, tls.key and ca.crt, as cert-manager's Certificate writes it.")
        @Nullable
        String secretName,

        @Default("90")
        @Min(1)
        @Max(825)
        @JsonPropertyDescription(
                "Mode Operator: how long a certificate is good; it is renewed when a third of that is left.")
        int certificateDays,

        @Default("1825")
        @Min(7)
        @Max(7300)
        @JsonPropertyDescription(
                "Mode Operator: how long an authority is good; the next one is trusted when a third of that is left, and signs a day later.")
        int authorityDays,

        @Default("None")
        @JsonPropertyDescription(
                "Required: clients of the SQL port show a certificate, besides their password, and there is no SQL over HTTP, which cannot ask for one. None: a password is enough.")
        ClientAuth clientAuth,

        @Pattern("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")
        @JsonPropertyDescription(
                "clientAuth Required: a Secret of yours whose ca.crt holds the authorities of clients' certificates. Nodes follow it without a restart.")
        @Nullable
        String clientAuthoritySecretName) {

    /** Where certificates come from. */
    public enum Mode {
        /** The operator draws and renews them. */
        Operator,
        /** Somebody else writes them into a Secret. */
        Secret,
        /** From nowhere: nothing is encrypted. */
        Insecure
    }

    /** What a client shows. */
    public enum ClientAuth {
        /** A password. */
        None,
        /** A certificate, and a password. */
        Required
    }

    /** Whether clients show certificates. */
    public boolean asksClients() {
        return clientAuth == ClientAuth.Required;
    }

    /** Whether nodes have certificates. */
    public boolean encrypted() {
        return mode != Mode.Insecure;
    }
}
