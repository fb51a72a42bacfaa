package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
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
    Files.createDirectories(folder.resolve("docker"));
    Files.createDirectories(folder.resolve("server/target"));
    Files.createDirectories(folder.resolve("jdk/bin"));
    for (String file : List.of("windlass", "docker/windlass")) {
      Files.copy(ROOT.resolve(file), folder.resolve(file));
    }
    Files.writeString(folder.resolve("pom.xml"), "");
    Files.writeString(folder.resolve("server/target/windlass.jar"), "");
    script("jdk/bin/java", "printf '%s\\n' \"LC_ALL=${LC_ALL:-}\" \"pid $$\" \"$@\"\n");
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
        "mkfifo '" + goOn + "'",
        "echo 'mvnw:  25 % of 9.0 MB'",
        "echo '[INFO] Building windlass-chain 0.1.0                    [2/10]'",
        "echo '[INFO] Building jar: /windlass-chain-0.1.0.jar'",
        "for file in $(seq 26); do echo '[INFO] Downloaded from central: one.jar'; done",
        "read line <'" + goOn + "'",
        "echo built >'" + folder.resolve("server/target/windlass.jar") + "'");
    Process process = start("windlass", Map.of(), "run");
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));

    assertTrue(said.readLine().startsWith("windlass: building; what it needs is downloaded once"));
    assertEquals("windlass:  25 % of 9.0 MB", said.readLine());
    assertEquals("windlass: building part 2/10", said.readLine());
    assertEquals("windlass: 25 files downloaded", said.readLine());
    Files.writeString(goOn, "\n");

    assertEquals("LC_ALL=C.UTF-8", said.readLine());
    assertEquals("pid " + process.pid(), said.readLine());
    while (said.readLine() != null) {
      // The other lines are options of the virtual machine.
    }
    assertEquals(0, process.waitFor());
    Path log = folder.resolve("target/build.log");
    assertEquals(29, Files.readAllLines(log).size());
  }

  /** A source that is saved while the build runs is not in the jar, though the jar is newer. */
  @Test
  void shouldBuildAgainUntilNoSourceIsNewer() throws Exception {
    Path jar = folder.resolve("server/target/windlass.jar");
    Path source = folder.resolve("chain/src/main/java/Hash.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "class Hash {}");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
    script(
        "mvnw",
        "echo built >>'" + jar + "'",
        "touch -t 203001010000 '" + source + "'",
        "touch -t 203002010000 '" + jar + "'");

    launch("windlass", Map.of(), "run");
    assertEquals(1, Files.readAllLines(jar).size());
    launch("windlass", Map.of(), "run");
    assertEquals(2, Files.readAllLines(jar).size());
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
    launch("windlass", Map.of(), "run");

    assertEquals(2, Files.readAllLines(jar).size());
  }

  /** Two builds in one tree spoil each other. */
  @Test
  void shouldWaitForTheBuildOfAnotherLauncher() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "no flock of util-linux");
    Path goOn = folder.resolve("go-on");
    Path jar = folder.resolve("server/target/windlass.jar");
    Files.delete(jar);
    script(
        "mvnw",
        "mkfifo '" + goOn + "' || exit 1",
        "echo mvnw: begun",
        "read line <'" + goOn + "'",
        "echo built >>'" + jar + "'");
    Process first = start("windlass", Map.of(), "run");
    BufferedReader said =
        new BufferedReader(new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8));
    while (!said.readLine().contains("begun")) {
      // The first one gets to its build.
    }

    Path isWaiting = folder.resolve("is-waiting");
    script("jdk/bin/flock", "touch '" + isWaiting + "'", "exec /usr/bin/flock \"$@\"");

    Process second = start("windlass", Map.of(), "run");
    while (!Files.exists(isWaiting) && second.getInputStream().available() == 0) {
      Thread.onSpinWait();
    }
    Files.writeString(goOn, "\n");

    String out = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, second.waitFor(), out);
    assertTrue(out.startsWith("LC_ALL"), out);
    assertEquals(0, first.waitFor());
    assertEquals(1, Files.readAllLines(jar).size());
  }

  @Test
  void shouldSayWhatFailedToBuild() throws Exception {
    Files.delete(folder.resolve("server/target/windlass.jar"));
    script(
        "mvnw",
        "echo '[INFO] Compiling'",
        "echo '[ERROR] Hash.java:[1,2] no such thing'",
        "exit 1");

    Process process = start("windlass", Map.of(), "run");
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(1, process.waitFor(), out);
    assertEquals(
        List.of(
            "windlass: building; what it needs is downloaded once ...",
            "[ERROR] Hash.java:[1,2] no such thing",
            "windlass: the build failed; its output is in "
                + folder.toRealPath().resolve("target/build.log")),
        out.lines().toList());
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
    while (!said.readLine().contains("part 2/10")) {
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

  /** A JVM that lacks a module that it is told to add does not start. */
  @Test
  void shouldAddTheModuleOfVectorsWhereMuchIsHashedAndTheJdkHasIt() throws Exception {
    String option = "--add-modules=jdk.incubator.vector";
    for (String launcher : List.of("windlass", "docker/windlass")) {
      Path release = folder.resolve("jdk/release");
      Files.deleteIfExists(release);
      assertFalse(launch(launcher, Map.of(), "run").contains(option));
      Files.writeString(release, "MODULES=\"java.base java.logging\"\n");
      assertFalse(launch(launcher, Map.of(), "run").contains(option));

      Files.writeString(release, "MODULES=\"java.base jdk.incubator.vector jdk.jfr\"\n");
      for (String command : List.of("run", "verify", "bench")) {
        assertTrue(launch(launcher, Map.of(), command).contains(option), command);
        // The one on the PATH.
        assertTrue(launch(launcher, Map.of("JAVA_HOME", ""), command).contains(option), command);
      }
      for (String command : List.of("peers", "demo", "--version")) {
        assertFalse(launch(launcher, Map.of(), command).contains(option), command);
      }
    }
  }
}
