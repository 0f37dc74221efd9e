package io.omnisql.operator.reconcile;

import io.omnisql.operator.plan.Configuration;
import io.omnisql.operator.plan.Member;
import io.omnisql.operator.plan.MemberAnswer;
import io.omnisql.operator.plan.MemberAnswer.State;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A node's answer as it is on the wire. */
record MembershipJson(
        @Nullable String clusterUid,
        @Nullable Long memberId,
        @Nullable String incarnation,
        @Nullable String state,
        @Nullable String address,
        @Nullable ConfigurationJson configuration,
        @Nullable Long leader,
        long acceptedIndex,
        long decidedIndex,
        boolean caughtUp,
        boolean founded,
        @Nullable String version) {

    record ConfigurationJson(
            long id, long nextMemberId, @Nullable List<Member> members) {}

    MemberAnswer toAnswer() {
        return new MemberAnswer(
                clusterUid,
                memberId,
                Objects.requireNonNull(incarnation, "incarnation"),
                State.valueOf(Objects.requireNonNull(state, "state").toUpperCase(Locale.ROOT)),
                Objects.requireNonNull(address, "address"),
                configuration == null
                        ? null
                        : new Configuration(
                                configuration.id(),
                                configuration.nextMemberId(),
                                Objects.requireNonNull(configuration.members(), "members")),
                leader,
                acceptedIndex,
                decidedIndex,
                caughtUp,
                founded,
                Objects.requireNonNullElse(version, "unknown"));
    }
}
