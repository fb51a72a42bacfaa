package dev.windlass.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.windlass.wire.devp2p.Clients;
import dev.windlass.wire.devp2p.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.slf4j.Logger;

/**
 * Rules that Maven cannot check: what the core must not use, and which packages of a module may
 * depend on each other.
 */
@AnalyzeClasses(packages = "dev.windlass", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
  /** Tests of this module, and the fixtures that other modules share. */
  static final class WithoutTests implements ImportOption {
    private static final ImportOption NO_TESTS = new ImportOption.DoNotIncludeTests();

    @Override
    public boolean includes(Location location) {
      return NO_TESTS.includes(location) && !location.contains("-tests.jar");
    }
  }

  private static final String[] CORE = {
    "dev.windlass.chain..",
    "dev.windlass.queue..",
    "dev.windlass.peerset..",
    "dev.windlass.downloader",
    "dev.windlass.downloader.walk..",
    "dev.windlass.downloader.links.."
  };

  private static final Set<String> CLOCKS =
      Set.of("nanoTime", "currentTimeMillis", "now", "systemUTC", "systemDefaultZone");

  private static final Set<String> RANDOM_MAKERS = Set.of("of", "getDefault");

  @ArchTest
  static final ArchRule coreDependsOnNoMachinery =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx..",
              "io.netty..",
              "io.micrometer..",
              "org.slf4j..",
              "ch.qos.logback..",
              "org.fusesource..",
              "java.net..",
              "java.nio.file..",
              "java.nio.channels..",
              "java.util.logging..")
          .because("the core decides and the shell does");

  @ArchTest
  static final ArchRule coreHasNoThreads =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat(startingThreads())
          .because("one owner calls the core, and the simulator is one of them");

  @ArchTest
  static final ArchRule coreReadsNoClock =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .accessTargetWhere(isClock())
          .because("time is an argument");

  @ArchTest
  static final ArchRule coreDrawsNoRandomNumber =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat(beingRandom())
          .orShould()
          .accessTargetWhere(drawsARandomNumber())
          .because("randomness is an argument");

  @ArchTest
  static final ArchRule coreDoesNotPrint =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.PrintStream")
          .because("the core neither logs nor counts");

  /** Each module, and which others it may know. */
  private static final Map<String, Set<String>> ARROWS =
      Map.of(
          "chain", Set.of(),
          "vector", Set.of("chain"),
          "queue", Set.of("chain"),
          "peerset", Set.of("chain"),
          "wire", Set.of("chain"),
          "store", Set.of("chain"),
          "downloader", Set.of("chain", "queue", "peerset"),
          "p2p", Set.of("chain", "peerset", "downloader", "wire"),
          "node", Set.of("chain", "peerset", "downloader", "wire", "store", "p2p"),
          "sim", Set.of("chain"));

  @ArchTest
  static void modulesKnowThoseBelowThem(JavaClasses classes) {
    ARROWS.forEach(
        (module, known) -> {
          List<String> allowed = new ArrayList<>();
          allowed.add("dev.windlass." + module + "..");
          known.forEach(other -> allowed.add("dev.windlass." + other + ".."));
          noClasses()
              .that()
              .resideInAPackage("dev.windlass." + module + "..")
              .should()
              .dependOnClassesThat(residingIn("dev.windlass..", allowed.toArray(String[]::new)))
              .check(classes);
        });
  }

  @ArchTest
  static final ArchRule oneClassNamesTheModuleOfVectors =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.windlass.vector.VectorLanes")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator..")
          .because("a JVM that was started without the module cannot load a class that names it");

  @ArchTest
  static final ArchRule coreDoesNotKnowItsVerticle =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.windlass.downloader",
              "dev.windlass.downloader.walk..",
              "dev.windlass.downloader.links..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.windlass.downloader.verticle..");

  @ArchTest
  static final ArchRule onlyTheDemoMakesChains =
      noClasses()
          .that()
          .resideInAPackage("dev.windlass.server..")
          .and()
          .resideOutsideOfPackage("dev.windlass.server.demo..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.windlass.sim..");

  @ArchTest
  static final ArchRule levelDbStaysInTheStore =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.windlass.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.iq80..", "org.fusesource..");

  @ArchTest
  static final ArchRule workEndsBeforeVertxIsClosed =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Workers.class)
          .should()
          .accessTargetWhere(givesWorkToVertx())
          .because(
              "a worker that outlives the event loops, or a timer its workers, is a stack trace");

  private static DescribedPredicate<JavaAccess<?>> givesWorkToVertx() {
    return DescribedPredicate.describe(
        "give work to Vert.x itself",
        access ->
            access.getTarget().getName().equals("executeBlocking")
                && access.getTargetOwner().getPackageName().startsWith("io.vertx"));
  }

  @ArchTest
  static final ArchRule aClientOfVertxIsClosedOnce =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Clients.class)
          .and()
          .resideOutsideOfPackage("dev.windlass.bench..")
          .should()
          .accessTargetWhere(makesAClientOfVertx())
          .because("if two threads close it at once, Vert.x may wait for ever");

  private static DescribedPredicate<JavaAccess<?>> makesAClientOfVertx() {
    return DescribedPredicate.describe(
        "make a client of Vert.x itself",
        access ->
            access.getTarget().getName().matches("create(Http|WebSocket|Net)Client")
                && access.getTargetOwner().getPackageName().startsWith("io.vertx"));
  }

  @ArchTest
  static final ArchRule logLinesCarryTypedFigures =
      noClasses()
          .should()
          .accessTargetWhere(formatsALogLine())
          .because("figures are key-value pairs, so that JSON has them with their types");

  private static DescribedPredicate<JavaAccess<?>> formatsALogLine() {
    return DescribedPredicate.describe(
        "fill values into the message of a log line",
        access ->
            access.getTargetOwner().isEquivalentTo(Logger.class)
                && access instanceof JavaMethodCall call
                && call.getTarget().getRawParameterTypes().stream()
                    .anyMatch(
                        type ->
                            type.isEquivalentTo(Object.class)
                                || type.isEquivalentTo(Object[].class)));
  }

  private static DescribedPredicate<JavaClass> startingThreads() {
    return DescribedPredicate.describe(
        "start or lock threads",
        type ->
            type.isEquivalentTo(Thread.class)
                || (type.getPackageName().startsWith("java.util.concurrent")
                    // Names a unit, and neither waits nor runs anything.
                    && !type.isEquivalentTo(TimeUnit.class)));
  }

  /**
   * A generator that is an argument has the type of the interface. A class that names an
   * implementation has made one.
   */
  private static DescribedPredicate<JavaClass> beingRandom() {
    return DescribedPredicate.describe(
        "are random",
        type ->
            (type.isAssignableTo(RandomGenerator.class)
                    && !type.isEquivalentTo(RandomGenerator.class))
                || type.isEquivalentTo(RandomGeneratorFactory.class)
                || type.isEquivalentTo(UUID.class));
  }

  private static DescribedPredicate<JavaClass> residingIn(String outer, String... except) {
    DescribedPredicate<JavaClass> inside = JavaClass.Predicates.resideInAPackage(outer);
    return inside.and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(except)));
  }

  private static DescribedPredicate<JavaAccess<?>> isClock() {
    return DescribedPredicate.describe(
        "read a clock",
        access -> {
          String owner = access.getTargetOwner().getName();
          return CLOCKS.contains(access.getTarget().getName())
              && (owner.equals("java.lang.System") || owner.startsWith("java.time."));
        });
  }

  private static DescribedPredicate<JavaAccess<?>> drawsARandomNumber() {
    return DescribedPredicate.describe(
        "draw a random number",
        access ->
            (access.getTarget().getName().equals("random")
                    && access.getTargetOwner().isEquivalentTo(Math.class))
                || (RANDOM_MAKERS.contains(access.getTarget().getName())
                    && access.getTargetOwner().isEquivalentTo(RandomGenerator.class)));
  }
}
