package dev.windlass.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Dockerfile's description of its image. */
record ImageFile(
    Set<String> arguments,
    Set<String> ports,
    Set<String> volumes,
    Set<String> files,
    List<String> command) {
  static ImageFile read(Path file) throws IOException {
    String text = Files.readString(file);
    return new ImageFile(
        words(text, "ARG (\\w+)(?:=.*)?"),
        words(text, "EXPOSE (.*)"),
        words(text, "VOLUME (.*)"),
        words(text, "COPY .* (/\\S+)"),
        List.copyOf(words(text, "CMD \\[\"(\\w+)\"\\]")));
  }

  private static Set<String> words(String text, String instruction) {
    Set<String> words = new HashSet<>();
    Matcher line = Pattern.compile("(?m)^" + instruction + "$").matcher(text);
    while (line.find()) {
      words.addAll(List.of(line.group(1).split(" ", -1)));
    }
    if (words.isEmpty()) {
      throw new AssertionError("the Dockerfile has no " + instruction);
    }
    return words;
  }
}
