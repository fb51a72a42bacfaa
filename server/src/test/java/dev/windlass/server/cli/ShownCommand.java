package dev.windlass.server.cli;

import dev.windlass.server.StopSignal;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Checks one command line that a document shows, without running it: Windlass's own by parsing it,
 * those of docker against the Dockerfile, those of Maven against the profiles.
 *
 * <p>Owned by one check. What is wrong is an IllegalArgumentException that says so.
 */
final class ShownCommand {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root", ".."));
  private static final String TEST = "-Dtest=";

  /** What stands for a value, and one of the values that it stands for. */
  private static final Map<String, String> PLACEHOLDERS =
      Map.of(
          "KEY",
          NodeKey.fromHex("11".repeat(32)).publicKey().toHex(),
          "HASH",
          "0x" + "11".repeat(32),
          "HOST",
          "127.0.0.1",
          "PORT",
          "30303",
          "FILE",
          ROOT.resolve("pom.xml").toString(),
          "COMMAND",
          "run");

  private static final Set<String> DOCKER_FLAGS = Set.of("-d", "-it", "--read-only", "--rm");
  private static final Set<String> DOCKER_OPTIONS =
      Set.of("--name", "--network", "--restart", "--user", "--stop-timeout", "-f", "-t");
  private static final Set<String> DOCKER_COMMANDS = Set.of("inspect", "logs", "stop");

  private final ImageFile image;
  private final Set<String> profiles;
  private final Map<String, String> variables = new TreeMap<>();

  ShownCommand(ImageFile image, Set<String> profiles) {
    this.image = image;
    this.profiles = profiles;
  }

  void check(String line) {
    String filled = line;
    for (Map.Entry<String, String> placeholder : PLACEHOLDERS.entrySet()) {
      filled = filled.replaceAll("\\b" + placeholder.getKey() + "\\b", placeholder.getValue());
    }
    Deque<String> words = new ArrayDeque<>(Arrays.asList(filled.split(" ", -1)));
    while (words.peek().startsWith("WINDLASS_")) {
      variable(words.remove());
    }
    switch (words.remove()) {
      case "docker" -> docker(words);
      case "./mvnw" -> maven(words);
      case "windlass", "./windlass" -> windlass(words);
      case "curl", "geth" -> {
        // Programs of others, which only a run can tell to be right.
      }
      default -> require(false, "not known here", line);
    }
  }

  private void windlass(Deque<String> words) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    CommandLine commandLine =
        WindlassCommand.commandLine(variables, nowhere, nowhere, new StopSignal());
    try {
      commandLine.parseArgs(words.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void maven(Deque<String> words) {
    while (!words.isEmpty()) {
      String word = words.remove();
      if (word.equals("-pl")) {
        String module = words.remove();
        require(Files.exists(ROOT.resolve(module).resolve("pom.xml")), "no module", module);
      } else if (word.startsWith("-P")) {
        require(profiles.contains(word.substring(2)), "no profile of pom.xml", word);
      } else if (word.startsWith(TEST)) {
        require(isTest(word.substring(TEST.length())), "no test", word);
      }
    }
  }

  private static boolean isTest(String name) {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files.anyMatch(file -> file.endsWith(name + ".java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void docker(Deque<String> words) {
    String command = words.remove();
    switch (command) {
      case "build" -> build(words);
      case "run" -> run(words);
      case "exec" -> exec(words);
      default -> require(DOCKER_COMMANDS.contains(command), "not known here", command);
    }
  }

  private void build(Deque<String> words) {
    while (!words.isEmpty()) {
      String word = words.remove();
      switch (word) {
        case "-t", "." -> skipValue(word, words);
        case "--build-arg" -> {
          String argument = words.remove().replaceAll("=.*", "");
          require(image.arguments().contains(argument), "no ARG of the Dockerfile", argument);
        }
        default -> require(false, "not known here", word);
      }
    }
  }

  private static void skipValue(String word, Deque<String> words) {
    if (!word.equals(".")) {
      words.remove();
    }
  }

  private void run(Deque<String> words) {
    while (words.peek().startsWith("-")) {
      String option = words.remove();
      switch (option) {
        case "-e" -> variable(words.remove());
        case "-p" -> {
          String port = words.remove().replaceAll(".*:", "");
          require(image.ports().contains(port), "not EXPOSEd", port);
        }
        case "-v" -> {
          String path = List.of(words.remove().split(":", -1)).get(1);
          require(image.volumes().contains(path), "no VOLUME", path);
        }
        default -> {
          boolean isFlag = DOCKER_FLAGS.contains(option);
          require(isFlag || DOCKER_OPTIONS.contains(option), "not known here", option);
          if (!isFlag) {
            words.remove();
          }
        }
      }
    }
    words.remove();
    if (words.isEmpty()) {
      words.addAll(image.command());
    }
    windlass(words);
  }

  private void exec(Deque<String> words) {
    words.remove();
    String program = words.remove();
    if (program.equals("windlass")) {
      windlass(words);
    } else {
      require(image.files().contains(program), "no file of the Dockerfile", program);
    }
  }

  private void variable(String assignment) {
    List<String> parts = List.of(assignment.split("=", 2));
    variables.put(parts.get(0), parts.get(1));
  }

  private static void require(boolean isGood, String why, String what) {
    if (!isGood) {
      throw new IllegalArgumentException(what + ": " + why);
    }
  }
}
