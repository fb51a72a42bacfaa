package dev.windlass.server.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the product does not ship: simulated faults, and anything else that only tests need. */
@Tag("packaged")
class ProductJarTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));
  private static final Path JAR = ROOT.resolve("server/target/windlass.jar");

  private static Set<String> classes() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith("dev/windlass/") && name.endsWith(".class"))
          .map(name -> name.replaceAll("(\\$.*)?\\.class$", "").replace('/', '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void shouldShipNoFaultInjector() throws IOException {
    Set<String> simulation = new TreeSet<>(classes());
    simulation.removeIf(name -> !name.startsWith("dev.windlass.sim."));
    simulation.remove("dev.windlass.sim.package-info");
    assertEquals(
        Set.of(
            "dev.windlass.sim.ChainMaker", "dev.windlass.sim.MadeBodies", "dev.windlass.sim.Mix"),
        simulation,
        "the demo and the benchmarks make chains, and simulate nothing else");
  }

  /** The classes of the tests of all modules, of which some go to other modules in a jar. */
  private static Set<String> tests() throws IOException {
    Path sources = Path.of("src", "test", "java");
    Set<String> tests = new TreeSet<>();
    try (Stream<Path> files = Files.list(ROOT)) {
      for (Path folder : files.map(module -> module.resolve(sources)).toList()) {
        if (Files.isDirectory(folder)) {
          try (Stream<Path> all = Files.walk(folder)) {
            all.filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.endsWith("package-info.java"))
                .map(file -> folder.relativize(file).toString())
                .forEach(name -> tests.add(name.replace(".java", "").replace('/', '.')));
          }
        }
      }
    }
    return tests;
  }

  @Test
  void shouldShipNoTestAndNoFixture() throws IOException {
    Set<String> shipped = new TreeSet<>(classes());
    assertTrue(shipped.contains("dev.windlass.server.Main"), shipped::toString);
    Set<String> tests = tests();
    assertTrue(tests.contains("dev.windlass.chain.TestBlock"), tests::toString);
    shipped.retainAll(tests);
    assertEquals(Set.of(), shipped);
  }
}
