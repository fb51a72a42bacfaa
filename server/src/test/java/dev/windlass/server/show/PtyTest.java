package dev.windlass.server.show;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.windlass.server.ChildWindlass;
import dev.windlass.server.Windlass;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A demo on a terminal of its own, which the command script makes. */
class PtyTest {
  private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");

  /** What is shown one after the other in one row are pieces of their own here. */
  private static final Pattern PIECE_END = Pattern.compile("[\r\n]+");

  @BeforeAll
  static void findScript() {
    boolean isThere =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "script")));
    assumeTrue(isThere && System.getProperty("os.name").equals("Linux"), "no script of util-linux");
  }

  private static String shown(int columns, Map<String, String> environment, String... args)
      throws Exception {
    List<String> command = ChildWindlass.command(Windlass.demo(args));
    command.add(1, "-Dwindlass.terminal=true");
    String line = command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    ProcessBuilder builder =
        new ProcessBuilder("script", "-qec", "stty cols " + columns + " && " + line, "/dev/null");
    builder.environment().remove("NO_COLOR");
    builder.environment().put("TERM", "xterm");
    builder.environment().putAll(environment);
    Process process =
        builder.redirectErrorStream(true).redirectInput(new File("/dev/null")).start();
    String shown = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), shown);
    return shown;
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 200})
  void shouldDrawABarAsWideAsTheTerminal(int columns) throws Exception {
    String shown = shown(columns, Map.of(), "--blocks", "4000");

    List<String> bars =
        Arrays.stream(PIECE_END.split(ESCAPE.matcher(shown).replaceAll("")))
            .filter(piece -> piece.contains("] ") && piece.contains("  eta "))
            .toList();
    assertFalse(bars.isEmpty(), shown);
    for (String bar : bars) {
      assertTrue(bar.length() < columns, bar);
      assertEquals(columns > 40, bar.contains("/s"), bar);
      assertEquals(7 + Math.max(8, Math.min(40, columns / 6)) + 1, bar.indexOf(']'), bar);
    }
  }

  @Test
  void shouldColourAWarningUnlessTheUserWantsNone() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String[] args = {"--blocks", "10", "--rpc-http-port", "" + taken.getLocalPort()};

      assertTrue(shown(80, Map.of(), args).contains("\u001b[1;33mWARN \u001b[0m"));
      String plain = shown(80, Map.of("NO_COLOR", "1"), args);
      assertTrue(plain.contains("WARN ") && !plain.contains("1;33m"), plain);
      String dumb = shown(80, Map.of("TERM", "dumb"), args);
      assertTrue(dumb.contains("WARN ") && !dumb.contains("\u001b"), dumb);
    }
  }
}
