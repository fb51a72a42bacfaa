package dev.windlass.server.container;

import dev.windlass.server.interop.NodeProcess;
import dev.windlass.server.interop.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace with nothing but loopback, in which containers run beside each other: what
 * they open is nowhere else, and no port of this machine is in their way.
 *
 * <p>Owned by one test. It lives as long as the process that holds it.
 */
final class Pod {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
  private static final Duration READY_MAX = Duration.ofSeconds(20);

  /** A line of the kernel's table: the port, in hexadecimal, of a socket in state 0A. */
  private static final Pattern LISTENING =
      Pattern.compile("(?m)^ *\\d+: [0-9A-F]+:([0-9A-F]{4}) \\S+ 0A ");

  private static final Pattern ANSWER = Pattern.compile("(?s)HTTP/1\\.\\d (\\d{3}).*?\r\n\r\n(.*)");

  /**
   * Loopback's address of all machines, and the names of the containers, each at one of its own.
   */
  private static final String HOSTS = "127.0.0.1 localhost\n127.0.0.2 windlass\n127.0.0.3 origin\n";

  /** The image has no curl, and this machine may have none either. */
  private static final String GET =
      "exec 3<>/dev/tcp/127.0.0.1/\"$0\"; "
          + "printf 'GET %s HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n' \"$1\" \"$2\" >&3; cat <&3";

  private final Nodes nodes;
  private final long holder;
  private final Path hosts;
  private int asked;

  /** The answer of an HTTP server. */
  record Answer(int status, String body) {}

  private Pod(Nodes nodes, long holder, Path hosts) {
    this.nodes = nodes;
    this.holder = holder;
    this.hosts = hosts;
  }

  static Pod start(Nodes nodes) throws IOException {
    Path log = nodes.log("pod");
    Path hosts = Files.writeString(nodes.data("hosts"), HOSTS);
    NodeProcess process =
        nodes.with(
            NodeProcess.start(
                "pod",
                log,
                List.of(
                    "unshare",
                    "--net",
                    "--fork",
                    "--kill-child=KILL",
                    "sh",
                    "-c",
                    "ip link set lo up && echo up && exec sleep 1200")));
    long holder =
        process.awaitAnswer(
            "is up",
            READY_MAX,
            () ->
                process.text().startsWith("up")
                    ? process.child().map(ProcessHandle::pid)
                    : Optional.empty());
    return new Pod(nodes, holder, hosts);
  }

  Path hosts() {
    return hosts;
  }

  /** What runs a command in this network. */
  List<String> entered(List<String> command) {
    List<String> entered = new ArrayList<>(List.of("nsenter", "--net=/proc/" + holder + "/ns/net"));
    entered.addAll(command);
    return entered;
  }

  /** The TCP ports with a listener. */
  Set<Integer> listening() {
    Set<Integer> ports = new TreeSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      Path file = Path.of("/proc", Long.toString(holder), "net", table);
      try {
        Matcher socket = LISTENING.matcher(Files.readString(file));
        while (socket.find()) {
          ports.add(Integer.parseInt(socket.group(1), 16));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ports;
  }

  /** The answer to a request that uses this name. Empty if there is no listener. */
  Optional<Answer> get(int port, String path, String host) {
    Path log = nodes.log("get-" + asked++);
    List<String> command = List.of("bash", "-c", GET, "" + port, path, host);
    try (NodeProcess process = NodeProcess.start("GET " + path, log, entered(command))) {
      process.awaitEnd(ANSWER_MAX);
      String said = process.text();
      Matcher answer = ANSWER.matcher(said);
      return answer.matches()
          ? Optional.of(new Answer(Integer.parseInt(answer.group(1)), answer.group(2)))
          : Optional.empty();
    }
  }
}
