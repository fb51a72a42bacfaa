package dev.windlass.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The command lines that a document shows: lines of its code blocks, and code within a sentence.
 */
public final class CodeExamples {
  private static final String FENCE = "```";
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

  /** The beginning of a compose file counts, so that one without a test is noticed. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:\\$ )?((?:WINDLASS_\\w+=\\S* )*"
              + "(?:(?:\\./)?windlass(?! \\S+: )|docker|\\./mvnw|curl|geth attach) .+|services:.*)");

  private final List<List<String>> blocks = new ArrayList<>();
  private final StringBuilder begun = new StringBuilder();

  private CodeExamples() {}

  /** README.md and what lies in docs, below this root of the tree. */
  public static List<Path> documents(Path root) throws IOException {
    List<Path> documents = new ArrayList<>(List.of(root.resolve("README.md")));
    try (Stream<Path> files = Files.walk(root.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    return documents;
  }

  /** All commands of a document. */
  public static List<String> of(Path document) throws IOException {
    return of(Files.readString(document));
  }

  static List<String> of(String document) {
    return blocks(document).stream().flatMap(List::stream).toList();
  }

  /** The commands of each code block; one in a sentence is a block of its own. */
  public static List<List<String>> blocks(Path document) throws IOException {
    return blocks(Files.readString(document));
  }

  private static List<List<String>> blocks(String document) {
    CodeExamples examples = new CodeExamples();
    StringBuilder prose = new StringBuilder();
    boolean isCode = false;
    for (String line : document.lines().toList()) {
      if (line.strip().startsWith(FENCE)) {
        isCode = !isCode;
        examples.beginBlock();
      } else if (isCode) {
        examples.line(line);
      } else {
        prose.append(line).append('\n');
      }
    }
    Matcher span = SPAN.matcher(prose);
    while (span.find()) {
      examples.beginBlock();
      examples.line(span.group(1));
    }
    return examples.shown();
  }

  /** The commands in the comments of a Dockerfile. */
  public static List<String> ofComments(Path file) throws IOException {
    CodeExamples examples = new CodeExamples();
    examples.beginBlock();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("#")) {
        examples.line(line.substring(1));
      }
    }
    return examples.shown().get(0);
  }

  private void beginBlock() {
    blocks.add(new ArrayList<>());
  }

  private List<List<String>> shown() {
    return blocks.stream().filter(block -> !block.isEmpty()).map(List::copyOf).toList();
  }

  /** Takes a line, or the part of one that ends with a backslash. */
  private void line(String line) {
    String part = line.replaceAll("\\s+", " ").strip();
    if (part.endsWith("\\")) {
      begun.append(part, 0, part.length() - 1);
      return;
    }
    Matcher command = COMMAND.matcher(begun + part);
    begun.setLength(0);
    if (command.matches()) {
      blocks.get(blocks.size() - 1).add(command.group(1).replaceAll(" #.*", "").strip());
    }
  }
}
