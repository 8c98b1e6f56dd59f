package dev.waybill.ra;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The direction of dependencies, and what main code never does. */
@AnalyzeClasses(packages = "dev.waybill", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule MODULES_DEPEND_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("api")
          .definedBy("dev.waybill.api..")
          .layer("core")
          .definedBy("dev.waybill.core..")
          .layer("ra")
          .definedBy("dev.waybill.ra..")
          .whereLayer("ra")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("core")
          .mayOnlyBeAccessedByLayers("ra")
          .whereLayer("api")
          .mayOnlyBeAccessedByLayers("core", "ra");

  @ArchTest
  static final ArchRule THE_CORE_DEPENDS_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("model")
          .definedBy("dev.waybill.core.model..")
          .layer("branch")
          .definedBy("dev.waybill.core.branch..")
          .layer("store")
          .definedBy("dev.waybill.core.store..")
          .layer("delivery")
          .definedBy("dev.waybill.core.delivery..")
          .whereLayer("delivery")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("delivery")
          .whereLayer("branch")
          .mayOnlyBeAccessedByLayers("store", "delivery")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("branch", "store", "delivery");

  @ArchTest
  static final ArchRule ONLY_THE_STORE_KNOWS_JPA =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.waybill.core.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta.persistence..");

  @ArchTest
  static final ArchRule ONLY_THE_STORE_KNOWS_JDBC_AND_THE_LIFECYCLE_ITS_DATASOURCES =
      noClasses()
          .that(
              resideInAPackage("dev.waybill..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "dev.waybill.core.store..", "dev.waybill.ra.lifecycle"))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..");

  @ArchTest
  static final ArchRule ONLY_THE_ADAPTER_KNOWS_CONNECTORS =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.waybill.ra..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta.resource..");

  @ArchTest
  static final ArchRule ONLY_BRANCHES_AND_THE_ADAPTER_KNOW_XA =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.waybill.ra..", "dev.waybill.core.branch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("javax.transaction.xa..");

  @ArchTest
  static final ArchRule NO_THREADS_OF_OUR_OWN =
      noClasses()
          .should()
          .callConstructorWhere(
              com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                  com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                      com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                              Thread.class)
                          .or(
                              com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                                  Timer.class))
                          .or(
                              com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                                  ThreadPoolExecutor.class))
                          .or(
                              com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                                  ForkJoinPool.class)))))
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Executors.class);

  @ArchTest
  static final ArchRule NO_SLEEPS =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class)
          .orShould()
          .callMethod(TimeUnit.class, "sleep", long.class);

  @ArchTest
  static final ArchRule NO_WALL_CLOCK_BUT_THE_ONE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.waybill.core.store.sql.DatabaseClock")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callConstructor(Date.class);

  @ArchTest
  static final ArchRule ONE_PLACE_LOOKS_NAMES_UP =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.waybill.ra.lifecycle.ServerNames")
          .and()
          // On behalf of applications, with their names.
          .resideOutsideOfPackage("dev.waybill.api.cdi")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("javax.naming.InitialContext");
}
