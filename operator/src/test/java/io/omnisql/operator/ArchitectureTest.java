package io.omnisql.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/architecture/operator.md: who may know whom. */
@AnalyzeClasses(packages = "io.omnisql.operator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.omnisql.operator.";

    @ArchTest
    static final ArchRule PLAN_IS_PURE = classes()
            .that()
            .resideInAPackage(ROOT + "plan..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(ROOT + "plan..", ROOT + "api..", "java..", "org.jspecify..", "com.google.errorprone..")
            .because("what to do next is decided from values alone")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule DEPENDENTS_TALK_TO_NOBODY = noClasses()
            .that()
            .resideInAPackage(ROOT + "dependent..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.fabric8.kubernetes.client..", "io.javaoperatorsdk..", "java.net..", ROOT + "reconcile..")
            .because("an object is stated, not fetched")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule API_KNOWS_NO_ROOM = noClasses()
            .that()
            .resideInAPackage(ROOT + "api..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "plan..", ROOT + "dependent..", ROOT + "reconcile..");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_DRAWERS = noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl");
}
