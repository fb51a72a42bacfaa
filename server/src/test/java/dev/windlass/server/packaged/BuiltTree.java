package dev.windlass.server.packaged;

import dev.windlass.server.interop.NodeProcess;
import dev.windlass.server.interop.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A copy of the tree that holds the launcher and the packaged jar, and nothing to build: a launcher
 * that wants to build fails here.
 *
 * <p>Owned by one test, whose {@link Nodes} end what is started from it.
 */
final class BuiltTree {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));

  /** Compiles less, as most commands end within a second. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "JAVA_HOME",
          System.getProperty("java.home"),
          "WINDLASS_JAVA_OPTS",
          "-XX:TieredStopAtLevel=1");

  private final Nodes nodes;
  private final Path folder;
  private int started;

  /** A command that was started. */
  record Run(NodeProcess process, Path file) {
    private static final Duration LINE_MAX = Duration.ofSeconds(60);

    /** What it wrote to its output stream. */
    String out() {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** What it wrote to its error stream. */
    String log() {
      return process.text();
    }

    /** Waits for this in its log, and gives the first group. */
    String awaitLog(String pattern) {
      Pattern wanted = Pattern.compile(pattern);
      return process.awaitAnswer(
          "logs '" + pattern + "'",
          LINE_MAX,
          () -> {
            Matcher found = wanted.matcher(log());
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
          });
    }

    /** The address of its HTTP, once it is served. */
    String awaitHttp() {
      return awaitLog("HTTP is served +address=(\\S+)\\s");
    }
  }

  private BuiltTree(Nodes nodes, Path folder) {
    this.nodes = nodes;
    this.folder = folder;
  }

  static BuiltTree make(Nodes nodes) throws IOException {
    Path folder = nodes.data("tree");
    Files.createDirectories(folder.resolve(".mvn"));
    Files.createDirectories(folder.resolve("server/target"));
    Files.writeString(folder.resolve("pom.xml"), "");
    // The jar comes last: the launcher builds if the pom.xml is newer.
    for (String file : new String[] {"windlass", "server/target/windlass.jar"}) {
      Files.copy(ROOT.resolve(file), folder.resolve(file));
    }
    return new BuiltTree(nodes, folder);
  }

  /** Starts a command line as a shell does whose folder is the tree, with these variables. */
  Run start(String line, Map<String, String> variables) {
    String name = "command-" + started++;
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("PATH", folder + ":" + System.getenv("PATH"));
    environment.putAll(variables);
    Path out = nodes.log(name + "-out");
    NodeProcess process =
        nodes.with(
            NodeProcess.start(
                line,
                nodes.log(name),
                Optional.of(folder),
                environment,
                // So that the process is the command, and a signal reaches it.
                List.of("sh", "-c", "exec env " + line + " >'" + out + "'")));
    return new Run(process, out);
  }
}
