package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What has to name each module beside the pom.xml. */
class ModulesTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));

  private static List<String> modules() throws IOException {
    return Pattern.compile("<module>(\\w+)</module>")
        .matcher(Files.readString(ROOT.resolve("pom.xml")))
        .results()
        .map(module -> module.group(1))
        .toList();
  }

  /** Else the image's build fails before it copies the sources. */
  @Test
  void shouldCopyThePomOfEachModuleIntoTheImage() throws IOException {
    String image = Files.readString(ROOT.resolve("Dockerfile"));
    for (String module : modules()) {
      assertTrue(image.contains("COPY " + module + "/pom.xml " + module + "/\n"), module);
    }
  }

  /** Else the tree in which a defect is planted does not build. */
  @Test
  void shouldPlantDefectsInAWholeTree() throws IOException {
    String script = Files.readString(ROOT.resolve("sim/planted-defects.sh"));
    String copied =
        script
            .lines()
            .filter(line -> line.startsWith("for module in "))
            .findFirst()
            .orElseThrow()
            .replace(";", " ");
    for (String module : modules()) {
      assertTrue(copied.contains(" " + module + " "), module);
    }
  }
}
