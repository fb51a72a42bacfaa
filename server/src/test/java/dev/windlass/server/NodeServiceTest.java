package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.fixtures.TestChains;
import dev.windlass.node.FilePeers;
import dev.windlass.node.Node;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.NodeSetup;
import dev.windlass.node.PeerSource;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.wire.files.IndexFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node with its endpoints, asked over HTTP. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NodeServiceTest {
  private static final DownloaderLimits LIMITS = DownloaderLimits.DEFAULT.withoutPeersHeads();
  private static final ChainMaker CHAIN = ChainMaker.of(3, 900, Shape.SIGNED);
  private static final NodeConfig.Http HTTP =
      new NodeConfig.Http("127.0.0.1", 0, Optional.empty(), List.of());

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  private FilePeers peers(Path... files) {
    List<PeerSource> sources = new ArrayList<>();
    for (Path file : files) {
      sources.add(new PeerSource.FilePeer(file));
    }
    return FilePeers.of(sources, IndexFolder.none());
  }

  private Path file(String name, long from, long to) throws IOException {
    return TestChains.write(folder.resolve(name), CHAIN, from, to);
  }

  private static BlockId block(long number) {
    return new BlockId(number, CHAIN.hashAt(number));
  }

  private String http(int port, HttpRequest.Builder request, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpResponse<String> response =
        client.send(request.uri(uri).build(), HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  private String get(int port, String path) throws Exception {
    return http(port, HttpRequest.newBuilder().GET(), path);
  }

  @Test
  void shouldBeReadyAgainWhenAHeadThatNobodyHasIsTakenBack() throws Exception {
    try (FilePeers peers = peers(file("all.rlp", 0, 900))) {
      BlockStore store = new MemoryBlockStore(peers.root(Optional.empty()).orElseThrow());
      try (NodeService service = NodeService.start(store, Optional.empty(), NodeSetup.of(LIMITS))) {
        Node node = service.node();
        int port = service.serveHttp(HTTP);
        peers.connectTo(node, CHAIN.genesis());
        node.awaitAny(node.sync(block(5)));
        String head = Hash.ofLongs(1, 2, 3, 4).toString();
        HttpRequest.Builder post =
            HttpRequest.newBuilder()
                .POST(HttpRequest.BodyPublishers.ofString("{\"hash\": \"" + head + "\"}"));
        CompletableFuture<SyncSummary> outcome = node.outcome(Hash.ofLongs(1, 2, 3, 4));
        assertTrue(http(port, post, "/v1/heads").startsWith("202 "));
        assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS));
        assertTrue(get(port, "/readyz").startsWith("503 "));

        HttpRequest.Builder delete = HttpRequest.newBuilder().DELETE();
        assertTrue(http(port, delete, "/v1/heads/" + head).startsWith("200 "));

        // What it shows is up to a tenth of a second old; the test has its own end.
        while (!get(port, "/readyz").startsWith("200 ")) {
          Thread.onSpinWait();
        }
      }
    }
  }

  @Test
  void shouldTakeNoMoreHeadsThanMayWait() throws Exception {
    try (NodeService service =
        NodeService.start(
            new MemoryBlockStore(CHAIN.block(0)), Optional.empty(), NodeSetup.of(LIMITS))) {
      int port = service.serveHttp(HTTP);
      int max = DownloaderLimits.DEFAULT.anchorsMax();
      for (int i = 0; i <= max; i++) {
        String body = "{\"hash\": \"" + Hash.ofLongs(1, 2, 3, i) + "\"}";
        HttpRequest.Builder post =
            HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body));
        String answer = http(port, post, "/v1/heads");
        assertTrue(answer.startsWith(i < max ? "202 " : "503 "), i + ": " + answer);
      }
      String body = "{\"hash\": \"" + Hash.ofLongs(1, 2, 3, 99) + "\"}";
      String first = "/v1/heads/" + Hash.ofLongs(1, 2, 3, 0);
      assertTrue(http(port, HttpRequest.newBuilder().DELETE(), first).startsWith("200 "));
      HttpRequest.Builder post =
          HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body));
      assertTrue(http(port, post, "/v1/heads").startsWith("202 "));
    }
  }

  @Test
  void shouldSyncAHeadThatIsAnnouncedOverHttp() throws Exception {
    try (FilePeers peers = peers(file("all.rlp", 0, 900))) {
      BlockStore store = new MemoryBlockStore(peers.root(Optional.empty()).orElseThrow());
      try (NodeService service = NodeService.start(store, Optional.empty(), NodeSetup.of(LIMITS))) {
        Node node = service.node();
        peers.connectTo(node, CHAIN.genesis());
        int port = service.serveHttp(HTTP);
        int metrics = service.serveMetrics(new NodeConfig.Metrics(true, "127.0.0.1", 0));
        assertTrue(get(port, "/livez").startsWith("200 "));
        CompletableFuture<SyncSummary> outcome = node.outcome(block(800).hash());
        String body = "{\"hash\": \"" + block(800).hash() + "\", \"number\": 800}";
        HttpRequest.Builder post =
            HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body));
        assertTrue(http(port, post, "/v1/heads").startsWith("202 "));
        node.awaitAny(outcome);
        assertEquals(block(800), outcome.join().tip());
        String status = get(port, "/v1/status");
        assertTrue(status.contains("\"inSync\":true"), status);
        assertTrue(status.contains("\"number\":800"), status);
        assertTrue(get(port, "/readyz").startsWith("200 "));
        String scraped = get(metrics, "/metrics");
        assertTrue(scraped.contains("\nwindlass_blockchain_height 800.0\n"), scraped);
        assertTrue(scraped.contains("_announcements_total{source=\"http\"} 1.0\n"), scraped);
      }
    }
  }
}
