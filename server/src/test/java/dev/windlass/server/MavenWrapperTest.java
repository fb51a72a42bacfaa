package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** mvnw on a machine with a JDK, a shell and its small tools: no Maven, no curl, no wget. */
class MavenWrapperTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root", ".."));
  private static final String PATH_IN_REPOSITORY =
      "/org/apache/maven/apache-maven/3.9.9/apache-maven-3.9.9-bin.zip";
  private static final List<String> TOOLS =
      List.of("basename", "chmod", "dirname", "id", "mkdir", "mktemp", "mv", "rm", "sh");

  @TempDir Path folder;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer repository;
  private byte[] distribution;

  @BeforeEach
  void makeTree() throws Exception {
    Files.createDirectories(folder.resolve(".mvn/wrapper"));
    for (String file : List.of("mvnw", ".mvn/wrapper/FetchMaven.java")) {
      Files.copy(ROOT.resolve(file), folder.resolve(file));
    }
    distribution = distribution();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(distribution);
    Files.writeString(
        folder.resolve(".mvn/wrapper/maven-wrapper.properties"),
        "distributionUrl=http://127.0.0.1:1/maven2"
            + PATH_IN_REPOSITORY
            + "\ndistributionSha256Sum="
            + HexFormat.of().formatHex(digest)
            + "\n");
    Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(folder.resolve("tools").resolve(tool), tool(tool));
    }
    repository = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    repository.createContext(
        "/repo",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          boolean isThere = exchange.getRequestURI().getPath().equals("/repo" + PATH_IN_REPOSITORY);
          exchange.sendResponseHeaders(isThere ? 200 : 404, isThere ? distribution.length : -1);
          if (isThere) {
            exchange.getResponseBody().write(distribution);
          }
          exchange.close();
        });
    repository.start();
  }

  @AfterEach
  void stop() {
    repository.stop(0);
  }

  private static Path tool(String name) {
    return List.of("/usr/bin", "/bin", "/usr/local/bin").stream()
        .map(place -> Path.of(place, name))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name));
  }

  /** A Maven that prints its arguments, and has some bytes, so that a download takes a while. */
  private static byte[] distribution() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("apache-maven-3.9.9/bin/"));
      zip.putNextEntry(new ZipEntry("apache-maven-3.9.9/bin/mvn"));
      zip.write("#!/bin/sh\necho \"maven $*\"\n".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("apache-maven-3.9.9/lib/some.jar"));
      byte[] random = new byte[1 << 20];
      new Random(1).nextBytes(random);
      zip.write(random);
    }
    return bytes.toByteArray();
  }

  private String place() {
    return "http://127.0.0.1:" + repository.getAddress().getPort() + "/repo";
  }

  private void mirror(String of) throws IOException {
    Files.createDirectories(folder.resolve("home/.m2"));
    Files.writeString(
        folder.resolve("home/.m2/settings.xml"),
        "<settings><mirrors><mirror><id>m</id><mirrorOf>"
            + of
            + "</mirrorOf><url>"
            + "${env.PLACE}/</url></mirror></mirrors></settings>");
  }

  private record Ran(int exitCode, List<String> lines) {}

  private Ran mvnw(Map<String, String> environment, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(tool("sh").toString()));
    command.add(folder.resolve("mvnw").toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", folder.resolve("tools").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("HOME", folder.resolve("home").toString());
    builder.environment().put("MAVEN_OPTS", "-Duser.home=" + folder.resolve("home"));
    builder.environment().put("PLACE", place());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out.lines().toList());
  }

  private static void assertFailed(Ran ran, String why) {
    assertEquals(1, ran.exitCode(), ran::toString);
    String last = ran.lines().get(ran.lines().size() - 1);
    assertTrue(last.startsWith("mvnw: ") && last.contains(why), ran::toString);
    assertFalse(String.join("\n", ran.lines()).contains("\tat "), ran::toString);
  }

  @Test
  void shouldTakeMavenFromTheMirrorOnceAndSayHowFarItIs() throws Exception {
    mirror("external:*,!snapshots");

    Ran first = mvnw(Map.of(), "-v", "a b");

    assertEquals(0, first.exitCode(), first::toString);
    assertEquals(
        List.of(
            "mvnw: downloading Maven once, from " + place() + PATH_IN_REPOSITORY,
            "mvnw:  25 % of 1.0 MB",
            "mvnw:  50 % of 1.0 MB",
            "mvnw:  75 % of 1.0 MB",
            "mvnw: 100 % of 1.0 MB",
            "maven -v a b"),
        first.lines());
    Ran second = mvnw(Map.of(), "verify");
    assertEquals(List.of("maven verify"), second.lines());
    assertEquals(List.of("/repo" + PATH_IN_REPOSITORY), asked);
  }

  @Test
  void shouldTakeItFromThePlaceThatIsNamed() throws Exception {
    mirror("central,!central");
    Ran ran = mvnw(Map.of("MVNW_REPOURL", place()), "verify");
    assertEquals(0, ran.exitCode(), ran::toString);
    assertEquals(1, asked.size());
  }

  @Test
  void shouldRefuseWhatIsNotTheMavenThatIsMeant() throws Exception {
    distribution[distribution.length / 2] ^= 1;
    Ran ran = mvnw(Map.of("MVNW_REPOURL", place()), "verify");
    assertFailed(ran, ", not ");
    assertFailed(mvnw(Map.of("MVNW_REPOURL", place()), "verify"), ", not ");
    assertEquals(2, asked.size());
  }

  @Test
  void shouldSayWhatItDidNotFind() throws Exception {
    assertFailed(
        mvnw(Map.of("MVNW_REPOURL", place() + "/none"), "verify"),
        PATH_IN_REPOSITORY + ": the answer is 404");
    repository.stop(0);
    assertFailed(mvnw(Map.of("MVNW_REPOURL", place()), "verify"), "cannot download " + place());
  }

  @Test
  void shouldNotSayThePasswordOfAPlace() throws Exception {
    String secret = place().replace("//", "//somebody:secret@");
    distribution[distribution.length / 2] ^= 1;
    Ran changed = mvnw(Map.of("MVNW_REPOURL", secret), "verify");
    assertFailed(changed, ", not ");
    Ran none = mvnw(Map.of("MVNW_REPOURL", secret + "/none"), "verify");
    assertFailed(none, PATH_IN_REPOSITORY + ": the answer is 404");
    repository.stop(0);
    Ran down = mvnw(Map.of("MVNW_REPOURL", secret), "verify");
    assertFailed(down, "cannot download " + place());
    for (Ran ran : List.of(changed, none, down)) {
      assertFalse(ran.toString().contains("secret"), ran::toString);
    }
  }

  @Test
  void shouldTakeItFromAFolderToo() throws Exception {
    Path zip = Path.of(folder.resolve("local") + PATH_IN_REPOSITORY);
    Files.createDirectories(zip.getParent());
    Files.write(zip, distribution);
    String local = folder.resolve("local").toUri().toString();
    Ran ran = mvnw(Map.of("MVNW_REPOURL", local), "verify");
    assertEquals(0, ran.exitCode(), ran::toString);
    assertFailed(
        mvnw(Map.of("MVNW_REPOURL", "repository", "MAVEN_USER_HOME", folder + "/other"), "verify"),
        "is no URL");
  }

  private void script(String name, String... lines) throws IOException {
    Path file = folder.resolve("tools").resolve(name);
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @CsvSource({"3.8.1, true", "3.9.11, true", "4.0.0, true", "3.6.3, false", "13.9.0, false"})
  void shouldUseAnInstalledMavenThatIsNewEnough(String version, boolean isUsed) throws Exception {
    script("mvn", "echo \"Apache Maven " + version + " ($*)\"");

    Ran ran = mvnw(Map.of("MVNW_REPOURL", place()), "verify");

    String last = ran.lines().get(ran.lines().size() - 1);
    assertEquals(isUsed ? "Apache Maven " + version + " (verify)" : "maven verify", last);
    assertEquals(isUsed ? 0 : 1, asked.size());
  }

  @Test
  void shouldTakeTheProxyOfTheSettings() throws Exception {
    Files.createDirectories(folder.resolve("home/.m2"));
    Files.writeString(
        folder.resolve("home/.m2/settings.xml"),
        "<settings><proxies><proxy><active>true</active><host>127.0.0.1</host><port>"
            + repository.getAddress().getPort()
            + "</port><nonProxyHosts>localhost</nonProxyHosts></proxy></proxies></settings>");

    Ran ran = mvnw(Map.of("MVNW_REPOURL", "http://maven.invalid/repo"), "verify");

    assertEquals("maven verify", ran.lines().get(ran.lines().size() - 1), ran::toString);
    assertEquals(List.of("/repo" + PATH_IN_REPOSITORY), asked);
  }

  @Test
  void shouldSayWhichJdkItNeeds() throws Exception {
    Files.createDirectories(folder.resolve("old/bin"));
    script("../old/bin/javac", "echo javac 11.0.2");
    assertFailed(
        mvnw(Map.of("JAVA_HOME", folder.resolve("old").toString()), "verify"),
        "needs a JDK, version 17 or later (" + folder.resolve("old") + " has javac 11.0.2)");
    assertFailed(mvnw(Map.of("JAVA_HOME", ""), "verify"), "(the PATH has none)");
  }

  /** Java 17 calls the home of such a user "?", and Maven puts its repository there. */
  @Test
  void shouldKnowTheHomeOfAUserWithoutAName() throws Exception {
    script("id", "exit 1");
    script("mvn", "echo \"Apache Maven 3.9.9 $MAVEN_OPTS\"");

    Ran ran = mvnw(Map.of("MAVEN_OPTS", "-Xmx1g"), "verify");

    assertEquals(
        List.of("Apache Maven 3.9.9 -Duser.home=" + folder.resolve("home") + " -Xmx1g"),
        ran.lines());
  }
}
