package dev.windlass.sim;

import dev.windlass.chain.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A trace with names for hashes, which is compared with a golden file. */
final class Dialogue {
  private static final Path FILES =
      Path.of(System.getProperty("windlass.root", ".."), "sim/src/test/resources/dialogues");

  private final Map<String, String> names = new LinkedHashMap<>();

  /** Blocks that several chains share keep their first name. */
  Dialogue naming(String prefix, ChainMaker chain) {
    for (long number = 0; number <= chain.head().number(); number++) {
      Hash hash = chain.hashAt(number);
      names.putIfAbsent(hash.toString(), prefix + number);
      names.putIfAbsent(hash.shortHex(), prefix + number);
    }
    return this;
  }

  List<String> of(Simulation simulation) {
    List<String> lines = new ArrayList<>();
    for (String line : simulation.runLog().lines()) {
      String named = line;
      for (Map.Entry<String, String> name : names.entrySet()) {
        named = named.replace(name.getKey(), name.getValue());
      }
      lines.add(named);
    }
    return lines;
  }

  /** Throws with the first line that differs, or rewrites the file if that is switched on. */
  void compare(String name, Simulation simulation) {
    Path file = FILES.resolve(name + ".txt");
    List<String> actual = of(simulation);
    try {
      if ("write".equals(System.getProperty("windlass.golden"))) {
        Files.createDirectories(FILES);
        Files.write(file, actual);
      }
      compare(file, Files.readAllLines(file), actual);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compare(Path file, List<String> expected, List<String> actual) {
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      String before = i < expected.size() ? expected.get(i) : "(the file ends)";
      String now = i < actual.size() ? actual.get(i) : "(the dialogue ends)";
      if (!before.equals(now)) {
        throw new AssertionError(
            file.getFileName()
                + " differs in line "
                + (i + 1)
                + "\n  file: "
                + before
                + "\n  now:  "
                + now
                + "\n-Dwindlass.golden=write writes it anew");
      }
    }
  }
}
