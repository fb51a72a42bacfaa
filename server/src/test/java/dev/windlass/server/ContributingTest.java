package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The files and the classes that CONTRIBUTING.md names exist, in whatever module. */
class ContributingTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)");
  private static final Pattern TEST = Pattern.compile("-Dtest=(\\w+)");
  private static final Predicate<String> IS_CLASS =
      Pattern.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*").asMatchPredicate();
  private static final Predicate<String> IS_PATH =
      Pattern.compile("[\\w.-]+(/[\\w.-]+)+|[\\w-]+\\.(md|xml)|findings").asMatchPredicate();

  /** A word of the changelog, and no class. */
  private static final Set<String> OTHER_WORDS = Set.of("Unreleased");

  private static String document;

  @BeforeAll
  static void read() throws IOException {
    document = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
  }

  private static List<String> all(Pattern pattern) {
    return pattern.matcher(document).results().map(found -> found.group(1)).toList();
  }

  private static Set<String> classesOfTheTree() throws IOException {
    try (Stream<Path> files =
        Files.find(ROOT, 20, (file, about) -> file.toString().endsWith(".java"))) {
      return files
          .map(file -> file.getFileName().toString().replaceFirst("\\.java$", ""))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void shouldNameClassesThatExist() throws IOException {
    List<String> named =
        Stream.concat(all(SPAN).stream().filter(IS_CLASS), all(TEST).stream())
            .filter(name -> !OTHER_WORDS.contains(name))
            .toList();
    Set<String> classes = classesOfTheTree();

    assertTrue(named.size() >= 20, named::toString);
    assertEquals(List.of(), named.stream().filter(name -> !classes.contains(name)).toList());
  }

  @Test
  void shouldNameFilesThatExist() {
    Stream<String> first = all(SPAN).stream().map(span -> span.replaceFirst(" .*", ""));
    List<String> named = Stream.concat(first.filter(IS_PATH), all(LINK).stream()).toList();

    assertTrue(named.size() >= 15, named::toString);
    assertEquals(
        List.of(), named.stream().filter(name -> !Files.exists(ROOT.resolve(name))).toList());
  }

  @Test
  void shouldNameModulesAndProfilesThatExist() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    Matcher profile = Pattern.compile("-P(\\w+)").matcher(document);
    assertTrue(profile.find());
    do {
      assertTrue(pom.contains("<id>" + profile.group(1) + "</id>"), profile::group);
    } while (profile.find());
    for (String module : all(Pattern.compile("-pl (\\w+)"))) {
      assertTrue(pom.contains("<module>" + module + "</module>"), module);
    }
  }
}
