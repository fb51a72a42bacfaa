package dev.windlass.server.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.interop.LateGeth;
import dev.windlass.server.interop.NodeProcess;
import dev.windlass.server.interop.Nodes;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.Network;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The image as a user sees it, without options, with one variable, and with a node. */
@Tag("container")
class ContainerTest {
  private static final int HTTP_PORT = 8645;
  private static final int METRICS_PORT = 9645;
  private static final int P2P_PORT = 30313;
  private static final int BLOCKS = 3_000;

  /**
   * A folder whose name is not ASCII; written so, as this machine may not know such names. The
   * ports are those of the node that runs.
   */
  private static final String NAMED_ABROAD =
      "windlass validate-config --rpc-http-port 0 --metrics-port 0 --p2p-port 0 --data-path \"/data/$(printf 'cha\\303\\256ne')\"";

  private static final Duration SYNC_MAX = Duration.ofSeconds(90);

  /** The time after which an engine kills a container by default. */
  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  @RegisterExtension private static final BuiltImage BUILT = new BuiltImage();
  @RegisterExtension private final Nodes nodes = new Nodes();
  private Image image;
  private Pod pod;

  @BeforeEach
  void connect() throws IOException {
    image = BUILT.image();
    pod = Pod.start(nodes);
  }

  private Container.Settings named(String name) {
    return new Container.Settings(image, pod, nodes, name, name);
  }

  private void assertWaitsForAPeer(Container container) {
    assertTrue(container.awaitLog("No peer is named").contains("WINDLASS_PEERS"));
    assertTrue(container.awaitLog("No head is named").contains("WINDLASS_ANCHOR"));
    assertEquals(200, pod.get(HTTP_PORT, "/livez", "localhost").orElseThrow().status());
    assertEquals(503, pod.get(HTTP_PORT, "/readyz", "localhost").orElseThrow().status());
    assertEquals(200, pod.get(METRICS_PORT, "/metrics", "prometheus").orElseThrow().status());
    assertTrue(container.isAlive());
  }

  private void assertStops(Container container) {
    container.terminate();
    container.awaitExit(0, STOP_MAX);
  }

  private void assertVerified(String name, int blocks) throws IOException {
    Container.Settings settings = new Container.Settings(image, pod, nodes, name + "-verify", name);
    Container verify = settings.run(List.of(image.entrypoint().get(0), "verify"), Map.of());
    verify.awaitExit(0, SYNC_MAX);
    assertTrue(verify.log().contains("verified blocks=" + blocks), verify::log);
  }

  @Test
  void shouldWaitWithNothingSaid() throws Exception {
    assertEquals(Set.of("/data"), image.volumes());
    Container container = named("windlass").run(Map.of());

    assertWaitsForAPeer(container);

    Set<Integer> ports = new TreeSet<>(image.ports());
    assertTrue(ports.remove(P2P_PORT), ports::toString);
    assertEquals(ports, pod.listening());
    assertFalse(container.log().contains("Peers may connect"), container::log);
    assertEquals(200, pod.get(HTTP_PORT, "/v1/status", "windlass").orElseThrow().status());
    assertEquals(403, pod.get(HTTP_PORT, "/v1/status", "elsewhere").orElseThrow().status());
    assertStops(container);
    assertVerified("windlass", 1);
  }

  /** The user of the container may read the volume of another one, and not write it. */
  @Test
  void shouldVerifyTheVolumeOfAnotherUser() throws Exception {
    Container container = named("windlass").run(Map.of());
    container.awaitLog("No head is named");
    assertStops(container);
    Path data = named("windlass").data();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.toList()) {
        Files.setOwner(
            file,
            data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root"));
      }
    }
    assertVerified("windlass", 1);
  }

  @Test
  void shouldWaitWithANetworkAlone() throws Exception {
    Container container = named("windlass").run(Map.of("WINDLASS_NETWORK", "sepolia"));

    assertWaitsForAPeer(container);

    JsonObject tip = container.awaitStatus("says how it stands", SYNC_MAX, s -> true);
    String genesis = Network.SEPOLIA.genesis().toString();
    assertEquals(genesis, tip.getJsonObject("tip").getString("hash"), tip::encode);
    assertStops(container);
  }

  @Test
  void shouldRunCommandsInARunningContainer() throws Exception {
    Container container = named("windlass").run(Map.of());
    container.awaitLog("No head is named");

    Container.Result help = container.exec(List.of("windlass", "--help"));
    assertEquals(0, help.exitCode(), help::text);
    assertTrue(help.text().contains("Commands:"), help::text);
    Container.Result peers = container.exec(List.of("windlass", "peers"));
    assertEquals(0, peers.exitCode(), peers::text);
    assertEquals(new Container.Result(0, ""), container.exec(image.healthCheck()));
    Container.Result named = container.exec(List.of("sh", "-c", NAMED_ABROAD));
    assertEquals(0, named.exitCode(), named::text);
    Container.Result write = container.exec(List.of("sh", "-c", "echo >/opt/windlass/new"));
    assertTrue(write.text().contains("Read-only file system"), write::text);
    Container.Result user = container.exec(List.of("id", "-u"));
    assertEquals("12345", user.text().strip());

    assertStops(container);
  }

  @Test
  void shouldFailTheHealthCheckWithoutANode() throws Exception {
    Container idle = named("windlass").run(List.of("sleep", "300"), Map.of());
    Container.Result health = idle.exec(image.healthCheck());
    assertTrue(health.exitCode() != 0, health::text);
  }

  @Test
  void shouldSyncFromANodeThatComesLater() throws Exception {
    NodeKey key = NodeKey.random(new SecureRandom());
    Enode enode = Origin.enode(key);
    Container follower =
        named("windlass")
            .run(
                Map.of(
                    "WINDLASS_NETWORK",
                    "sepolia",
                    "WINDLASS_PEERS",
                    enode.toString(),
                    // The made blocks are older than the genesis of the network.
                    "WINDLASS_VERIFY",
                    "light"));
    String waits = follower.awaitLog("Peer not reached");
    assertTrue(waits.contains("INFO"), waits);

    Container origin = Origin.start(named(Origin.NAME), Network.SEPOLIA, key, BLOCKS).container();
    assertTrue(
        origin
            .awaitLog("Peers may connect")
            .contains(key.publicKey().toHex() + "@127.0.0.3:" + Origin.PORT),
        origin::log);
    follower.awaitStatus(
        "has synced block " + BLOCKS,
        SYNC_MAX,
        status -> status.getJsonObject("tip").getLong("number") == BLOCKS);

    Container.Result peers = follower.exec(List.of("windlass", "peers"));
    assertTrue(peers.text().contains("eth/69"), peers::text);
    assertStops(follower);
    assertStops(origin);
    assertVerified("windlass", BLOCKS + 1);
  }

  /** The geth starts after the container has logged that it waits for it. */
  @Test
  void shouldFollowAGethThatComesLater() throws Exception {
    LateGeth geth = LateGeth.of(nodes, BLOCKS);
    Container.Settings named = named("windlass");
    Path genesis = Files.copy(geth.genesis(), named.data().resolve("genesis.json"));
    Files.setPosixFilePermissions(genesis, PosixFilePermissions.fromString("rw-r--r--"));
    Container follower =
        named.run(
            Map.of("WINDLASS_GENESIS_FILE", "/data/genesis.json", "WINDLASS_PEERS", geth.enode()));
    String waits = follower.awaitLog("Peer not reached");
    assertTrue(waits.contains("INFO"), waits);
    assertEquals(200, pod.get(HTTP_PORT, "/livez", "localhost").orElseThrow().status());
    assertTrue(follower.isAlive());

    nodes.with(NodeProcess.start("geth", nodes.log("geth"), pod.entered(geth.command())));

    JsonObject status =
        follower.awaitStatus(
            "has synced block " + BLOCKS,
            SYNC_MAX,
            said -> said.getJsonObject("tip").getLong("number") == BLOCKS);
    assertEquals(geth.head(), status.getJsonObject("tip").getString("hash"), status::encode);
    assertStops(follower);
    assertVerified("windlass", BLOCKS + 1);
  }

  @Test
  void shouldListenOnEveryExposedPortWithPeerToPeer() throws Exception {
    Container container = named("windlass").run(Map.of("WINDLASS_P2P_ENABLED", "true"));

    String line = container.awaitLog("Peers may connect");

    // The container's own address, as its hosts file has it: others cannot use 127.0.0.1.
    assertTrue(line.contains("@127.0.0.2:" + P2P_PORT), line);
    container.awaitLog("No head is named");
    assertEquals(image.ports(), pod.listening());
    assertStops(container);
  }
}
