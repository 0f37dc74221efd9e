package io.omnisql.omnipaxos;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The protocol is pure and deterministic: what it may not touch. */
class ArchitectureTest {
    private static final List<String> FORBIDDEN_CALLS = List.of(
            System.class.getName() + ".nanoTime",
            System.class.getName() + ".currentTimeMillis",
            Instant.class.getName() + ".now",
            System.class.getName() + ".identityHashCode",
            Math.class.getName() + ".random",
            Set.class.getName() + ".of",
            Set.class.getName() + ".copyOf",
            Map.class.getName() + ".of",
            Map.class.getName() + ".ofEntries",
            Map.class.getName() + ".copyOf");

    private final JavaClasses protocol = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.omnisql.omnipaxos");

    @Test
    void theProtocolDependsOnTheLanguageAndItsCollectionsOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.omnisql.omnipaxos",
                        "java.lang",
                        "java.lang.runtime",
                        "java.lang.invoke",
                        "java.util",
                        "java.util.function",
                        "java.util.stream",
                        "org.jspecify.annotations",
                        "com.google.errorprone.annotations")
                .because("there is no clock, thread, chance or file in here")
                .check(protocol);
    }

    @Test
    void theProtocolHasNoThreadNoChanceAndNoCollectionOfUncertainOrder() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, Random.class, HashMap.class, HashSet.class)
                .because("equal inputs give equal outputs")
                .check(protocol);
    }

    @Test
    void theProtocolAsksNoClockAndMakesNoSetWhoseOrderChangesFromRunToRun() {
        DescribedPredicate<JavaCall<?>> isForbidden = new DescribedPredicate<>("a source of indeterminism") {
            @Override
            public boolean test(JavaCall<?> call) {
                return FORBIDDEN_CALLS.contains(call.getTargetOwner().getName() + "." + call.getName());
            }
        };
        noClasses()
                .should()
                .callCodeUnitWhere(isForbidden)
                .because("equal inputs give equal outputs")
                .check(protocol);
    }
}
