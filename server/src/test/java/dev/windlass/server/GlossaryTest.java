package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The glossary defines each word once, and words that were given up stay out of the tree. */
class GlossaryTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));
  private static final String GLOSSARY = "docs/glossary.md";
  private static final Set<String> SKIPPED_FOLDERS = Set.of("target", ".git");

  /** In two parts, so that this file does not hold the word. */
  private static final Pattern FORMER_SYNC = Pattern.compile("ha" + "ul", Pattern.CASE_INSENSITIVE);

  private static final Pattern FORMER_NAMES =
      Pattern.compile(
          "\\b(isPlain|PLAIN_AUTH_BYTES|PLAIN_ACK_BYTES|MAKING_UP|GARBLING|DRIPPING|HOLEY|INTRUDING"
              + "|RequestKind|TracedLink|ObservedStore|InsertObserver|LinkKeeper|OneBranch|Listers"
              + "|landings|barren|strangers?|strays?|Delivery\\.fault)\\b");

  /** Words that are too common to be looked for in a text; as the name of a class they are gone. */
  private static final Set<String> FORMER_CLASSES =
      Set.of(
          "Context.java",
          "Guard.java",
          "Intake.java",
          "Journal.java",
          "Line.java",
          "Nearest.java",
          "Outcome.java",
          "Picture.java",
          "Replies.java",
          "Room.java",
          "Session.java",
          "Transport.java",
          "Values.java");

  private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| ([^|]+\\.) \\|");

  private static List<Path> files;
  private static List<String> glossary;

  @BeforeAll
  static void read() throws IOException {
    files = filesOfTheTree();
    glossary = Files.readAllLines(ROOT.resolve(GLOSSARY));
  }

  private static List<Path> filesOfTheTree() throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes about) {
            boolean isSkipped = SKIPPED_FOLDERS.contains(folder.getFileName().toString());
            return isSkipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
            // Another program leaves its logs under such names, see .gitignore.
            boolean isLog = file.getFileName().toString().startsWith(".2");
            if (about.isRegularFile() && !isLog) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            // Another test may remove its files meanwhile.
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  /** Empty if the file is no text. */
  private static Optional<String> text(Path file) throws IOException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static List<String> linesWith(Pattern word, Path file) throws IOException {
    return text(file).stream()
        .flatMap(String::lines)
        .filter(line -> word.matcher(line).find())
        .map(line -> ROOT.relativize(file) + ": " + line.strip())
        .toList();
  }

  private static List<Path> sources() {
    return files.stream().filter(file -> file.toString().endsWith(".java")).toList();
  }

  @Test
  void shouldDefineEachWordOnceInOrder() {
    List<String> words = new ArrayList<>();
    for (String row : glossary.stream().filter(line -> line.startsWith("| ")).skip(1).toList()) {
      Matcher entry = ROW.matcher(row);
      assertTrue(entry.matches(), row);
      words.add(entry.group(1));
    }
    Set<String> inOrder = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    inOrder.addAll(words);

    assertTrue(words.size() > 40, words::toString);
    assertEquals(List.copyOf(inOrder), words);
  }

  @Test
  void shouldBeLinkedWhereReadersBegin() throws IOException {
    assertTrue(Files.readString(ROOT.resolve("README.md")).contains("](docs/glossary.md)"));
    assertTrue(Files.readString(ROOT.resolve("docs/architecture.md")).contains("](glossary.md)"));
  }

  @Test
  void shouldCallASyncByOneName() throws IOException {
    String history = glossary.get(glossary.size() - 1);
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      if (!file.equals(ROOT.resolve("CHANGELOG.md"))) {
        found.addAll(linesWith(FORMER_SYNC, file));
      }
    }

    assertTrue(files.size() > 300, "only " + files.size() + " files found");
    assertTrue(history.startsWith("**History.**"), history);
    assertEquals(List.of(GLOSSARY + ": " + history), found);
  }

  @Test
  void shouldNotReturnToFormerNames() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path source : sources()) {
      if (FORMER_CLASSES.contains(source.getFileName().toString())) {
        found.add(ROOT.relativize(source).toString());
      }
      if (!source.endsWith("GlossaryTest.java")) {
        found.addAll(linesWith(FORMER_NAMES, source));
      }
    }

    assertEquals(List.of(), found);
  }
}
