package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.cli.CodeExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The classes, packages and members that README and docs name exist. */
class DocumentedClassesTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));
  private static final Pattern SPAN = Pattern.compile("`([^`\\n]+)`");

  /** A package if it is named, a class, and a member if it is named. */
  private static final Pattern NAME =
      Pattern.compile("((?:[a-z]\\w*\\.)*)([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?(?:\\(\\))?");

  /** What looks like a class and is none. */
  private static final Set<String> OTHER_WORDS =
      Set.of("Dockerfile", "Bearer", "Forwarded", "Stopped", "LevelDB", "Time");

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.find(ROOT, 20, (file, about) -> about.isRegularFile())) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static boolean exists(Matcher name, List<Path> sources) throws IOException {
    String folder = name.group(1).replace('.', '/');
    Path end = Path.of(folder + name.group(2) + ".java");
    for (Path source : sources) {
      if (source.endsWith(end) && has(source, name.group(3))) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(Path source, String member) throws IOException {
    return member == null
        || Pattern.compile("\\b" + member + "\\b").matcher(Files.readString(source)).find();
  }

  @Test
  void shouldNameClassesThatExist() throws IOException {
    List<Path> sources = sources();
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path document : CodeExamples.documents(ROOT)) {
      Matcher span = SPAN.matcher(Files.readString(document));
      while (span.find()) {
        Matcher name = NAME.matcher(span.group(1));
        if (name.matches() && !OTHER_WORDS.contains(name.group(2))) {
          named++;
          if (!exists(name, sources)) {
            missing.add(ROOT.relativize(document) + ": " + span.group(1));
          }
        }
      }
    }

    assertTrue(named > 100, "only " + named + " names found");
    assertEquals(List.of(), missing);
  }
}
