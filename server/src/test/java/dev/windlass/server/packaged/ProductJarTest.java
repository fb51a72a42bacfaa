package dev.windlass.server.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the product does not ship: simulated faults, and anything else that only tests need. */
@Tag("packaged")
class ProductJarTest {
  private static final Path JAR =
      Path.of(System.getProperty("windlass.root"), "server", "target", "windlass.jar");

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

  @Test
  void shouldShipNoTest() throws IOException {
    Set<String> tests = new TreeSet<>(classes());
    assertTrue(tests.contains("dev.windlass.server.Main"), tests::toString);
    tests.removeIf(name -> !name.endsWith("Test") && !name.contains(".Test"));
    assertEquals(Set.of(), tests);
  }
}
