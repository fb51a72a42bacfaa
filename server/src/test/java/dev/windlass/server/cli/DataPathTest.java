package dev.windlass.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.ChildWindlass;
import dev.windlass.server.Windlass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A problem with the data path is reported before anything is written there. */
class DataPathTest {
  private static final int USAGE = 2;

  @TempDir private Path folder;

  private static void assertRefused(Path data, String why) {
    for (String command : List.of("run", "demo")) {
      Windlass.Result result =
          Windlass.run(
              command,
              "--data-path",
              data.toString(),
              "--rpc-http-port",
              "0",
              "--metrics-port",
              "0",
              "--logging",
              "warn");
      result.assertFailed(USAGE, "windlass " + command + ": --data-path: ");
      assertTrue(result.err().contains(why), result::toString);
      assertFalse(result.err().toLowerCase(Locale.ROOT).contains("snappy"), result::toString);
      assertFalse(result.err().contains("Exception"), result::toString);
    }
  }

  private static boolean mount(String... arguments) throws InterruptedException {
    try {
      List<String> command = new ArrayList<>(List.of("mount"));
      command.addAll(List.of(arguments));
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void fill(Path data) {
    String[] demo = Windlass.demo("--blocks", "20", "--data-path", data.toString());
    assertEquals(0, Windlass.run(demo).exitCode());
  }

  @Test
  void shouldSayThatThePathIsTooLong() {
    assertRefused(folder.resolve("a".repeat(256)), "file name too long");
  }

  @Test
  void shouldSayThatAFileIsInItsPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefused(file, file + ": is a file, not a folder");
    assertRefused(file.resolve("data"), "not a directory");
    Path data = Files.createDirectory(folder.resolve("data"));
    Path inside = Files.writeString(data.resolve("native"), "");
    assertRefused(data, inside + ": is a file, not a folder");
  }

  /** It was called a file, and validate-config had nothing against it. */
  @Test
  void shouldSayThatALinkLeadsNowhere() throws IOException {
    Path nowhere = folder.resolve("nowhere");
    Path link = Files.createSymbolicLink(folder.resolve("link"), nowhere);
    String why = link + ": is a symbolic link to " + nowhere + ", which is not there";
    assertRefused(link, why);
    assertRefused(link.resolve("data"), why);
    Windlass.Result valid = Windlass.run("validate-config", "--data-path", link.toString());
    valid.assertFailed(USAGE, "windlass validate-config: --data-path: " + why);
  }

  @Test
  void shouldSayThatItCannotBeMade() {
    Path none = Path.of("/proc/windlass");
    Assumptions.assumeTrue(Files.isDirectory(none.getParent()), "skipped: there is no /proc");
    assertRefused(none, none + ": ");
  }

  @Test
  void shouldSayWhoseItIsIfTheRightIsMissing() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("r-xr-xr-x"));
    Assumptions.assumeFalse(Files.isWritable(data), "skipped: this user may write anywhere");
    assertRefused(data, data + ": permission denied, since it belongs to user ");
  }

  /** No node can use it, but it can be proven. */
  @Test
  void shouldSayThatItIsReadOnlyAndVerifyItAllTheSame() throws Exception {
    Path data = folder.resolve("data");
    fill(data);
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    boolean isMounted = mount("--bind", data.toString(), mounted.toString());
    Assumptions.assumeTrue(isMounted, "skipped: this user may not mount");
    try {
      assertTrue(mount("-o", "remount,bind,ro", mounted.toString()));
      assertRefused(mounted, mounted + ": read-only file system");
      Windlass.Result verify =
          Windlass.run("verify", "--data-path", mounted.toString(), "--logging", "warn");
      assertEquals(0, verify.exitCode(), verify::toString);
      assertTrue(verify.lastLine().startsWith("verified blocks=21 "), verify::toString);
    } finally {
      new ProcessBuilder("umount", "-l", mounted.toString()).inheritIO().start().waitFor();
    }
  }

  private record Ran(int exitCode, String text) {}

  /** Of a user without an entry in the password file, as Java before 19 shows it. */
  private static Ran homeless(Map<String, String> environment) throws Exception {
    List<String> command = ChildWindlass.command("run", "--peers", "file:/dev/null");
    command.add(1, "-Duser.home=?");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("HOME");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), text);
  }

  @Test
  void shouldWantToKnowWhereIfTheUserHasNoHome() throws Exception {
    Ran ran = homeless(Map.of());
    assertEquals(USAGE, ran.exitCode(), ran::text);
    assertEquals(1, ran.text().lines().count(), ran::text);
    assertTrue(ran.text().contains("--data-path: this user has no home folder"), ran::text);
    assertTrue(ran.text().contains("WINDLASS_DATA_PATH"), ran::text);
  }

  @Test
  void shouldTakeTheHomeOfTheEnvironmentIfThereIsNoOther() throws Exception {
    Path file = Files.writeString(folder.resolve(".windlass"), "");
    Ran ran = homeless(Map.of("HOME", folder.toString()));
    assertTrue(ran.text().contains("--data-path: " + file + ": is a file"), ran::text);
  }
}
