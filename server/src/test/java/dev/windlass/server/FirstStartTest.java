package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.fixtures.TestChains;
import dev.windlass.fixtures.TestData;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.files.FileChain;
import dev.windlass.wire.network.GenesisFile;
import dev.windlass.wire.network.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node at its first start, without anything to sync. It waits, and logs for what. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FirstStartTest {
  private static final Pattern SERVED = Pattern.compile("HTTP is served .*address=(\\S+)");

  @TempDir Path folder;

  private ChildWindlass start(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("run", "--data-path", data()));
    all.addAll(List.of("--rpc-http-port", "0", "--metrics-port", "0"));
    all.addAll(List.of(args));
    return new ChildWindlass(folder.resolve("out"), all.toArray(String[]::new));
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private static int status(String address, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  private static void assertStopsClean(ChildWindlass node) throws Exception {
    node.terminate();
    List<String> lines = new ArrayList<>();
    for (String line = node.logLine(); line != null; line = node.logLine()) {
      lines.add(line);
    }
    assertEquals(0, node.exitCode());
    assertTrue(lines.stream().allMatch(line -> line.startsWith("INFO ")), lines::toString);
    String last = lines.get(lines.size() - 1);
    assertTrue(last.contains("] Stopped ") && last.contains(" number=0 "), last);
  }

  private void assertBeginsWith(Network network) {
    Windlass.Result verified = Windlass.run("verify", "--data-path", data(), "--logging", "warn");
    String line = verified.lastLine();
    assertTrue(line.startsWith("verified blocks=1 number=0"), line);
    assertTrue(line.contains(network.genesis().toString()), line);
    assertTrue(line.endsWith("problems=0"), line);
  }

  private static String nobodysEnode(String host) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NodeKey key = NodeKey.random(new SecureRandom());
      return new Enode(key.publicKey(), host, free.getLocalPort()).toString();
    }
  }

  @Test
  void shouldWaitAndSayForWhatIfNothingIsNamed() throws Exception {
    try (ChildWindlass node = start()) {
      String served = node.awaitLog("HTTP is served");
      Matcher address = SERVED.matcher(served);
      assertTrue(address.find(), served);
      String peers = node.awaitLog("No peer is named");
      assertTrue(peers.contains("--peers (WINDLASS_PEERS)"), peers);
      String head = node.awaitLog("No head is named");
      assertTrue(head.contains("--anchor (WINDLASS_ANCHOR)"), head);
      assertEquals(200, status(address.group(1), "/livez"));
      assertEquals(503, status(address.group(1), "/readyz"));
      assertEquals(503, status(address.group(1), "/readyz?minPeers=0"), "no head is known");
      assertStopsClean(node);
    }
    assertBeginsWith(Network.MAINNET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "node.invalid"})
  void shouldWaitForANodeThatIsNotThereYet(String host) throws Exception {
    String enode = nobodysEnode(host);
    try (ChildWindlass node = start("--network", "sepolia", "--peers", enode)) {
      String line = node.awaitLog("Peer not reached");
      assertNotNull(line);
      assertTrue(line.contains("INFO"), line);
      assertStopsClean(node);
    }
    assertBeginsWith(Network.SEPOLIA);
  }

  /**
   * Supervisors kill a process that does not answer within seconds, but reading files may take
   * minutes.
   */
  @Test
  void shouldBeAliveBeforeItHasReadItsFiles() throws Exception {
    ChainMaker chain = ChainMaker.of(3, 60, Shape.EMPTY);
    List<String> files = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Path file = folder.resolve("part" + i + ".rlp");
      files.add("file:" + TestChains.write(file, chain, 3L * i, 3L * i + 3));
    }
    try (ChildWindlass node = start("--peers", String.join(",", files))) {
      Matcher address = SERVED.matcher(node.awaitLog("HTTP is served"));
      assertTrue(address.find());
      assertEquals(200, status(address.group(1), "/livez"));
      String read = node.awaitLog("Files are read");
      assertTrue(read.matches(".*files=20 +of=20 +blocks=80.*"), read);
      node.terminate();
      assertEquals(0, node.exitCode());
    }
    try (Stream<Path> kept = Files.list(folder.resolve("data").resolve("file-indexes"))) {
      assertEquals(20, kept.count());
    }
  }

  @Test
  void shouldRefuseAFileOfAnotherNetworkThanTheOneThatIsNamed() throws IOException {
    ChainMaker other = ChainMaker.of(9L << 32, 10, Shape.EMPTY);
    Path file = TestChains.write(folder.resolve("other.rlp"), other, 0, 10);
    Windlass.run(
            Windlass.node("--network", "sepolia", "--peers", "file:" + file, "--data-path", data()))
        .assertFailed(1, file + " is of another network");
  }

  /** As geth exports them. */
  @Test
  void shouldBeginAtTheGenesisOfItsFileIfTheFileOfBlocksHasNone() throws IOException {
    Path blocks = TestData.path("all-forks/chain.rlp");
    Path genesis = TestData.path("all-forks/genesis.json");
    BlockId head;
    try (FileChain chain = FileChain.open(blocks)) {
      assertEquals(1, chain.lowest().number());
      head = chain.head();
    }
    Windlass.Result ran =
        Windlass.run(
            Windlass.node(
                "--genesis-file",
                genesis.toString(),
                "--peers",
                "file:" + blocks,
                "--anchor",
                head.hash().toString(),
                "--exit-when-synced",
                "--data-path",
                data()));
    assertEquals(0, ran.exitCode(), ran::toString);
    try (LevelDbBlockStore store = LevelDbBlockStore.open(Path.of(data()))) {
      StoredChain served = new StoredChain(store);
      assertEquals(0, served.lowest().number());
      assertEquals(head, store.tip());
      byte[] first = GenesisFile.read(genesis).block().rawBlock();
      assertArrayEquals(first, served.rawBlock(0));
      assertEquals(Block.decode(served.rawBlock(1)).parentHash(), served.hashAt(0));
    }
  }
}
