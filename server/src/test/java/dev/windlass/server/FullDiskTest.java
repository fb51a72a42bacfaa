package dev.windlass.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demo on a disk that fills up, in a mount namespace of its own. */
class FullDiskTest {
  private static final int BLOCKS = 20_000;

  @TempDir private Path folder;

  private record Ran(int exitCode, String out) {
    String line(String start) {
      return out.lines().filter(line -> line.startsWith(start)).collect(Collectors.joining("; "));
    }
  }

  private static Ran run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), out);
  }

  private static String quoted(List<String> command) {
    return command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
  }

  private String demo(Path disk) {
    return quoted(
        ChildWindlass.command(
            Windlass.demo("--data-path", disk.toString(), "--blocks", String.valueOf(BLOCKS))));
  }

  @Test
  void shouldFailWithOneLineAndGoOnWhenThereIsRoomAgain() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    List<String> unshare = List.of("unshare", "--map-root-user", "--mount", "sh", "-c");
    List<String> probe = new ArrayList<>(unshare);
    probe.add("mount -t tmpfs -o size=1m tmpfs '" + disk + "'");
    boolean mayMount = false;
    try {
      mayMount = run(probe).exitCode() == 0;
    } catch (IOException e) {
      // No such command.
    }
    Assumptions.assumeTrue(mayMount, "skipped: this user may not mount a small tmpfs");

    String script =
        String.join(
            "\n",
            "mount -t tmpfs -o size=64m tmpfs '" + disk + "' || exit 99",
            demo(disk) + "; echo \"first exit $?\"",
            "mount -o remount,size=400m '" + disk + "' || exit 99",
            demo(disk) + "; echo \"second exit $?\"",
            quoted(
                ChildWindlass.command(
                    "verify", "--data-path", disk.toString(), "--logging", "warn")));
    List<String> command = new ArrayList<>(unshare);
    command.add(script);
    Ran ran = run(command);

    assertEquals(0, ran.exitCode(), ran::out);
    assertTrue(ran.out().contains("first exit 1\n"), ran::out);
    String failure = ran.line("windlass demo: ");
    assertTrue(failure.contains("no space left"), ran::out);
    assertEquals(1, failure.lines().count());
    assertFalse(ran.out().contains("\tat "), ran::out);
    assertTrue(ran.out().contains("second exit 0\n"), ran::out);
    assertTrue(ran.line("synced ").contains(" number=" + BLOCKS + " "), ran::out);
    assertFalse(ran.line("synced ").contains(" blocks=" + BLOCKS + " "), "nothing was kept");
    assertTrue(ran.line("verified ").endsWith("problems=0"), ran::out);
  }
}
