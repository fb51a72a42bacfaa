package dev.windlass.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command lines that a document shows: lines of its code blocks, and code within a sentence.
 */
final class CodeExamples {
  private static final String FENCE = "```";
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:\\$ )?((?:WINDLASS_\\w+=\\S* )*(?:(?:\\./)?windlass(?! \\S+: )|docker|\\./mvnw) .+)");

  private final List<String> lines = new ArrayList<>();
  private final StringBuilder begun = new StringBuilder();

  private CodeExamples() {}

  static List<String> of(Path document) throws IOException {
    return of(Files.readString(document));
  }

  static List<String> of(String document) {
    CodeExamples examples = new CodeExamples();
    StringBuilder prose = new StringBuilder();
    boolean isCode = false;
    for (String line : document.lines().toList()) {
      if (line.strip().startsWith(FENCE)) {
        isCode = !isCode;
      } else if (isCode) {
        examples.line(line);
      } else {
        prose.append(line).append('\n');
      }
    }
    Matcher span = SPAN.matcher(prose);
    while (span.find()) {
      examples.line(span.group(1));
    }
    return examples.lines;
  }

  /** The commands in the comments of a Dockerfile. */
  static List<String> ofComments(Path file) throws IOException {
    CodeExamples examples = new CodeExamples();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("#")) {
        examples.line(line.substring(1));
      }
    }
    return examples.lines;
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
      lines.add(command.group(1).replaceAll(" #.*", "").strip());
    }
  }
}
