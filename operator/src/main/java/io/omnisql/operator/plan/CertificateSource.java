package io.omnisql.operator.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the next certificate could come from. */
public sealed interface CertificateSource {
    /** Nodes shall talk in the clear. */
    record Nowhere() implements CertificateSource {}

    /**
     * The operator's own authority.
     *
     * @param authority the newest; null before the first was drawn
     * @param names hosts that a certificate of it must have
     */
    record Drawn(@Nullable AuthorityView authority, List<String> names) implements CertificateSource {
        /** Keeps a copy. */
        public Drawn {
            names = names.stream().sorted().toList();
        }
    }

    /** A good certificate in a Secret of somebody else's, and the authorities that come with it. */
    record Given(CertificateView certificate, List<AuthorityView> authorities) implements CertificateSource {
        /** Keeps a copy. */
        public Given {
            authorities = List.copyOf(authorities);
        }
    }

    /** That Secret is not there, or its content is no good; the reason is one word for programs. */
    record Unusable(String reason, String why) implements CertificateSource {}
}
