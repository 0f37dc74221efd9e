package io.omnisql.node;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The arrows of docs/architecture.md: who may know whom. */
@AnalyzeClasses(packages = "io.omnisql.node", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.omnisql.node.";
    private static final String[] PLATFORM = {
        "java..", "javax..", "org.jspecify..", "com.google.errorprone..", "org.jboss.logging.."
    };

    private static ArchRule room(String name, String... mayKnow) {
        String[] allowed = new String[mayKnow.length + PLATFORM.length + 1];
        allowed[0] = ROOT + name + "..";
        System.arraycopy(PLATFORM, 0, allowed, 1, PLATFORM.length);
        System.arraycopy(mayKnow, 0, allowed, PLATFORM.length + 1, mayKnow.length);
        return classes()
                .that()
                .resideInAPackage(ROOT + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .because("room " + name + " may know only what docs/architecture.md draws")
                .allowEmptyShould(true);
    }

    @ArchTest
    static final ArchRule SQL_IS_PURE = room("sql");

    @ArchTest
    static final ArchRule PGPROTOCOL_IS_PURE = room("pgprotocol");

    @ArchTest
    static final ArchRule REPLICA_KNOWS_ONLY_THE_PROTOCOL = room("replica", "io.omnisql.omnipaxos..");

    @ArchTest
    static final ArchRule GATEWAY_IS_AN_INNER_ROOM =
            room("gateway", "io.omnisql.omnipaxos..", ROOT + "replica..", ROOT + "sql..");

    @ArchTest
    static final ArchRule WAL_KNOWS_ONLY_ITS_PORT = room("wal", "io.omnisql.omnipaxos..", ROOT + "replica..");

    @ArchTest
    static final ArchRule TRANSPORT_POINTS_INWARD = room(
            "transport", "io.omnisql.omnipaxos..", ROOT + "replica..", ROOT + "gateway..", "io.vertx..", "io.netty..");

    @ArchTest
    static final ArchRule SNAPSHOT_POINTS_INWARD = room(
            "snapshot",
            "io.omnisql.omnipaxos..",
            ROOT + "replica..",
            ROOT + "gateway..",
            ROOT + "pgclient..",
            ROOT + "postgres..",
            "org.apache.commons.compress..");

    @ArchTest
    static final ArchRule APPLY_POINTS_INWARD = room(
            "apply",
            "io.omnisql.node", // Limits
            "io.omnisql.omnipaxos..",
            ROOT + "replica..",
            ROOT + "gateway..",
            ROOT + "sql..",
            ROOT + "pgprotocol..",
            ROOT + "pgclient..",
            ROOT + "postgres..");

    @ArchTest
    static final ArchRule POSTGRES_KNOWS_ONLY_ITS_CLIENT = room(
            "postgres",
            ROOT + "pgclient..",
            "com.ongres.scram..",
            "io.quarkus.credentials..",
            "jakarta..",
            "org.apache.commons.compress..",
            "org.tukaani.xz..");

    @ArchTest
    static final ArchRule PGCLIENT_KNOWS_NO_OTHER_ROOM = room("pgclient");

    @ArchTest
    static final ArchRule PGWIRE_POINTS_INWARD = room(
            "pgwire",
            "io.omnisql.omnipaxos..",
            ROOT + "gateway..",
            ROOT + "sql..",
            ROOT + "pgprotocol..",
            "io.vertx..",
            "io.netty..");

    @ArchTest
    static final ArchRule HTTP_POINTS_INWARD = room(
            "http",
            ROOT + "gateway..",
            ROOT + "sql..",
            ROOT + "pgprotocol..",
            "com.fasterxml.jackson..",
            "com.ongres.scram..",
            "jakarta..",
            "org.eclipse.microprofile..",
            "io.smallrye.common..");

    @ArchTest
    static final ArchRule MEMBERSHIP_IS_AN_INNER_ROOM = room(
            "membership", "io.omnisql.omnipaxos..", ROOT + "replica..", ROOT + "gateway..", "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule ADMIN_POINTS_INWARD = room(
            "admin",
            "io.omnisql.omnipaxos..",
            ROOT + "membership..",
            "com.fasterxml.jackson..",
            "io.vertx..",
            "io.quarkus.vertx.http..",
            ROOT + "replica..",
            ROOT + "gateway..",
            "io.micrometer..",
            "jakarta..",
            "org.eclipse.microprofile..",
            "io.smallrye.common..");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule VERTX_STAYS_AT_THE_EDGE = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT + "pgwire..", ROOT + "http..", ROOT + "transport..", ROOT + "admin..", "io.omnisql.node")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..");

    @ArchTest
    static final ArchRule NO_DRAWER_NAMES = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)$")
            .because("such a name tells nobody what is inside");

    /** What differs from run to run must not enter where all replicas shall do the same. */
    @ArchTest
    static final ArchRule SQL_HAS_NO_CHANCE_AND_NO_CLOCK = noClasses()
            .that()
            .resideInAPackage(ROOT + "sql..")
            .should()
            .accessTargetWhere(describe(
                    "chance, clocks or an order that differs from run to run", ArchitectureTest::isUnpredictable));

    private static boolean isUnpredictable(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        boolean clock =
                owner.isEquivalentTo(System.class) && (name.equals("nanoTime") || name.equals("currentTimeMillis"));
        boolean order = (owner.isEquivalentTo(Set.class) || owner.isEquivalentTo(Map.class)) && name.equals("of");
        boolean now = owner.getPackageName().equals("java.time") && name.equals("now");
        return clock
                || order
                || now
                || owner.isEquivalentTo(java.util.HashMap.class)
                || owner.isEquivalentTo(java.util.HashSet.class)
                || owner.isEquivalentTo(Random.class)
                || owner.isEquivalentTo(Thread.class);
    }
}
