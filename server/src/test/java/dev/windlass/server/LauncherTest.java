package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launchers hand to the virtual machine, which is a script here. */
class LauncherTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root", ".."));

  @TempDir Path folder;
  private long pid;

  @BeforeEach
  void makeTree() throws IOException {
    Files.createDirectories(folder.resolve(".mvn"));
    Files.createDirectories(folder.resolve("docker"));
    Files.createDirectories(folder.resolve("server/target"));
    Files.createDirectories(folder.resolve("jdk/bin"));
    for (String file : List.of("windlass", ".mvn/jdk.sh", "docker/windlass")) {
      Files.copy(ROOT.resolve(file), folder.resolve(file));
    }
    Files.writeString(folder.resolve("pom.xml"), "");
    Files.writeString(folder.resolve("server/target/windlass.jar"), "");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    for (String program : List.of("java", "javac")) {
      script("jdk/bin/" + program, "printf '%s\\n' \"LC_ALL=${LC_ALL:-}\" \"pid $$\" \"$@\"\n");
    }
  }

  private void script(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process start(String launcher, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", folder.resolve(launcher).toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("LC_ALL", "LC_CTYPE", "LANG"));
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().merge("PATH", folder.resolve("jdk/bin") + ":", (old, java) -> java + old);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private List<String> launch(String launcher, Map<String, String> environment, String... args)
      throws Exception {
    Process process = start(launcher, environment, args);
    pid = process.pid();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out.lines().toList();
  }

  private String locale(String launcher, Map<String, String> environment) throws Exception {
    return launch(launcher, environment, "run").get(0);
  }

  /** Services, cron and containers have no locale: paths beyond ASCII could not be named. */
  @Test
  void shouldReadPathsAsUtf8WhereNoLocaleIsSet() throws Exception {
    for (String launcher : List.of("windlass", "docker/windlass")) {
      assertEquals("LC_ALL=C.UTF-8", locale(launcher, Map.of()));
      assertEquals("LC_ALL=C.UTF-8", locale(launcher, Map.of("LC_ALL", "C")));
      assertEquals("LC_ALL=C.UTF-8", locale(launcher, Map.of("LC_ALL", "POSIX")));
      assertEquals("LC_ALL=C.UTF-8", locale(launcher, Map.of("LC_CTYPE", "C", "LANG", "de_DE")));
      assertEquals("LC_ALL=", locale(launcher, Map.of("LANG", "de_DE.UTF-8")));
      assertEquals("LC_ALL=", locale(launcher, Map.of("LC_CTYPE", "de_DE", "LANG", "C")));
      assertEquals("LC_ALL=it_IT.UTF-8", locale(launcher, Map.of("LC_ALL", "it_IT.UTF-8")));
    }
  }

  /** A signal that is sent to the launcher has to reach the node. */
  @Test
  void shouldBecomeTheNode() throws Exception {
    for (String launcher : List.of("windlass", "docker/windlass")) {
      List<String> said = launch(launcher, Map.of(), "run");
      assertEquals("pid " + pid, said.get(1), launcher);
    }
  }

  /** The first build takes minutes: what it downloads, and how far it is, is seen meanwhile. */
  @Test
  void shouldSayHowFarTheFirstBuildIs() throws Exception {
    Path goOn = folder.resolve("go-on");
    Files.delete(folder.resolve("server/target/windlass.jar"));
    script(
        "mvnw",
        "echo '[INFO] Building windlass-chain 0.1.0                    [2/10]'",
        "echo 'Downloaded from central: one.jar (1 kB at 1 kB/s)'",
        "echo 'Downloaded from central: two.jar (1 kB at 1 kB/s)'",
        "mkfifo '" + goOn + "'",
        "read line <'" + goOn + "'",
        "echo built >server/target/windlass.jar");
    Process process = start("windlass", Map.of(), "run");
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));

    assertTrue(said.readLine().startsWith("windlass: building; what it needs is downloaded once"));
    assertEquals("windlass: building part 2 of 10, 2 files downloaded", said.readLine());
    Files.writeString(goOn, "\n");

    assertEquals("LC_ALL=C.UTF-8", said.readLine());
    assertEquals("pid " + process.pid(), said.readLine());
    while (said.readLine() != null) {
      // The rest is what the virtual machine was told.
    }
    assertEquals(0, process.waitFor());
  }

  @Test
  void shouldEndTheBuildWhenItIsToldTo() throws Exception {
    Path ended = folder.resolve("ended");
    Files.delete(folder.resolve("server/target/windlass.jar"));
    script(
        "mvnw",
        "trap 'kill $!; touch " + ended + "; exit 143' TERM",
        "echo '[INFO] Building windlass-chain 0.1.0                    [2/10]'",
        "mkfifo never",
        "cat never & wait $!");
    Process process = start("windlass", Map.of(), "run");
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    while (!said.readLine().contains("part 2 of 10")) {
      // The build runs.
    }

    process.toHandle().destroy();

    assertEquals(143, process.waitFor());
    while (!Files.exists(ended)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldHandOnWhatTheUserWrites() throws Exception {
    for (String launcher : List.of("windlass", "docker/windlass")) {
      List<String> said =
          launch(launcher, Map.of("WINDLASS_JAVA_OPTS", "-Xmx2g -Da=b"), "demo", "--file", "a b*c");
      int at = said.indexOf("-Xmx2g");
      assertEquals("-Da=b", said.get(at + 1));
      assertEquals(List.of("demo", "--file", "a b*c"), said.subList(said.size() - 3, said.size()));
    }
  }
}
