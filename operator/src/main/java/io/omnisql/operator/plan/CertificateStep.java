package io.omnisql.operator.plan;

import java.util.List;

/** The one thing to do next about certificates. */
public sealed interface CertificateStep {
    /** Why, in a sentence for people. */
    String why();

    /** Whether nodes have a certificate already, and get another one or other authorities. */
    default boolean renews() {
        return switch (this) {
            case Keep _, Lack _, Begin _ -> false;
            case DrawAuthority _, Trust _, ChangeCertificate _, Distrust _ -> true;
        };
    }

    /** Nothing. */
    record Keep(String why) implements CertificateStep {}

    /** Nodes need a certificate to start with, and there is none to be had; the reason is one word for programs. */
    record Lack(String reason, String why) implements CertificateStep {}

    /** The first certificate and its authorities, at once: nobody trusts anything else. */
    record Begin(String why) implements CertificateStep {}

    /** A new authority, trusted besides the older ones; it signs nothing yet. */
    record DrawAuthority(String why) implements CertificateStep {}

    /** Authorities that came with a certificate of somebody else's are trusted besides the older ones. */
    record Trust(String why) implements CertificateStep {}

    /** Another certificate, of an authority that everybody trusts by now. */
    record ChangeCertificate(String why) implements CertificateStep {}

    /** Authorities that vouch for no certificate any more are trusted no longer. */
    record Distrust(List<AuthorityView> authorities, String why) implements CertificateStep {}
}
