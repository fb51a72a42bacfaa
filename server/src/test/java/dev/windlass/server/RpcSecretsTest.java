package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.wire.jsonrpc.RpcNode;
import dev.windlass.wire.mirror.MirrorServer;
import dev.windlass.wire.network.Network;
import dev.windlass.wire.network.PublicGenesis;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and passwords in the addresses of JSON-RPC nodes and era mirrors are shown nowhere. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RpcSecretsTest {
  private static final String SECRET = "hunter2";
  private static final int BLOCKS = 50;

  @TempDir Path folder;

  private static String secret(String url) {
    return url.replace("://", "://me:" + SECRET + "@") + "/" + SECRET + "?key=" + SECRET;
  }

  private static String secretFolder(String url) {
    return url.replace("://", "://me:" + SECRET + "@") + SECRET + "/";
  }

  private static String get(String address, String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String address(String line) {
    return line.replaceAll(".*address=", "").strip();
  }

  /** Reads the log up to a line with this part, and keeps all of it. */
  private static String read(ChildWindlass node, String part, StringBuilder all)
      throws IOException {
    String line;
    do {
      line = node.logLine();
      assertNotNull(line, () -> part + " is not in " + all);
      all.append(line).append('\n');
    } while (!line.contains(part));
    return line;
  }

  /** A chain on the genesis of mainnet, which a node without a named network begins with. */
  private ServedChain chain() throws IOException {
    Path file = folder.resolve("chain.rlp");
    NetworkChain.write(file, Network.MAINNET, BLOCKS);
    List<Block> blocks = new ArrayList<>();
    blocks.add(PublicGenesis.withHash(Network.MAINNET.genesis()).orElseThrow());
    RlpReader all = new RlpReader(Files.readAllBytes(file));
    while (all.hasNext()) {
      blocks.add(Block.decode(all.item(1 << 20)));
    }
    return new ListedChain(blocks);
  }

  @Test
  void shouldHideThemInLogsAnswersAndMetrics() throws Exception {
    ServedChain chain = chain();
    StringBuilder seen = new StringBuilder();
    try (RpcNode rpc = new RpcNode(chain);
        RpcNode gone = new RpcNode(chain);
        RpcNode fromFile = new RpcNode(chain);
        MirrorServer mirror = new MirrorServer();
        ChildWindlass node = run(rpc, gone, fromFile, mirror)) {
      String http = address(read(node, "HTTP is served", seen));
      String metrics = address(read(node, "Metrics are served", seen));
      read(node, "In sync", seen);
      for (String path : List.of("/v1/status", "/v1/peers", "/v1/bans", "/v1/gaps", "/readyz")) {
        seen.append(get(http, path)).append('\n');
      }
      seen.append(get(metrics, "/metrics"));
      gone.refuse(() -> Optional.of(new RpcNode.Refusal(401, "", SECRET)));
      read(node, "Peer gone", seen);
      node.signal("TERM");
      read(node, "Stopped", seen);
      assertEquals(0, node.exitCode());
      assertEquals("Basic bWU6aHVudGVyMg==", rpc.authorizations().get(0));
      assertEquals("Bearer " + SECRET, fromFile.authorizations().get(0));
      assertEquals("Bearer " + SECRET, gone.authorizations().get(0));
      assertEquals("Basic bWU6aHVudGVyMg==", mirror.authorizations().get(0));
    }
    assertTrue(seen.toString().contains("\"http://127.0.0.1:"), "the peer is among the answers");
    assertTrue(seen.toString().contains("\"era+http://127.0.0.1:"), "and so is the mirror");
    assertFalse(seen.toString().contains(SECRET), seen::toString);
    assertFalse(seen.toString().contains("bWU6aHVudGVyMg"), seen::toString);
  }

  private static String place(RpcNode node) {
    return node.url().replace("http://", "");
  }

  private ChildWindlass run(RpcNode rpc, RpcNode gone, RpcNode fromFile, MirrorServer mirror)
      throws IOException {
    Path token = folder.resolve("token");
    Files.writeString(token, SECRET + "\n");
    return new ChildWindlass(
        folder.resolve("out"),
        "run",
        "--logging",
        "trace",
        "--rpc-http-port",
        "0",
        "--metrics-port",
        "0",
        "--data-path",
        folder.resolve("data").toString(),
        "--peers",
        String.join(",", secret(rpc.url()), gone.url(), fromFile.url(), secretFolder(mirror.url())),
        "--rpc-token",
        place(gone) + "=" + SECRET,
        "--rpc-token-file",
        place(fromFile) + "=" + token,
        "--head-source",
        secret(rpc.webSocketUrl()),
        "--head-tag",
        "latest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://me:hunter2@/hunter2",
        "http://hunter2:hunter2",
        "http://hun ter2",
        "era+http://me:hunter2@/hunter2",
        "era+https://example.org/?hunter2",
        "era+ftp://hunter2"
      })
  void shouldHideThemInErrors(String url) {
    for (String option : List.of("--peers", "--head-source")) {
      Windlass.Result result = Windlass.run("run", "--data-path", folder.toString(), option, url);
      assertEquals(2, result.exitCode());
      assertFalse(result.err().contains("hun"), result::toString);
      assertTrue(result.err().contains(option), result::toString);
    }
  }

  @Test
  void shouldHideTokensInErrors() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    Path spaced = Files.writeString(folder.resolve("spaced"), "hun ter2");
    String[][] wrong = {
      {"--rpc-token", SECRET, "expected HOST:PORT=TOKEN"},
      {"--rpc-token", "h=hun ter2", "it has a space"},
      {"--rpc-token", "h=" + SECRET, "no node of --peers and --head-source is at h"},
      {"--rpc-token", "a=x,a=" + SECRET, "two tokens for a"},
      {"--rpc-token", "b=" + SECRET, "http://b:80 has another token, or a user before its host"},
      {"--rpc-token-file", "a=/absent", "/absent: no such file"},
      {"--rpc-token-file", "a=" + empty, "is empty"},
      {"--rpc-token-file", "a=" + spaced, "it has a space"},
      {"--rpc-rate-max", "0", "'0' is not a count of calls: expected a number from 1 to 1000000"},
    };
    for (String[] one : wrong) {
      Windlass.Result result =
          Windlass.run(
              "run",
              "--data-path",
              folder.toString(),
              "--peers",
              "http://a,http://me:hunter2@b",
              one[0],
              one[1]);
      assertEquals(2, result.exitCode(), result::toString);
      assertTrue(result.err().contains(one[0] + ": "), result::toString);
      assertTrue(result.err().contains(one[2]), result::toString);
      assertFalse(result.err().contains("ter2"), result::toString);
    }
  }

  @Test
  void shouldHideThemWhenAConfigurationIsShown() {
    Windlass.Result result =
        Windlass.run(
            "validate-config",
            "--data-path",
            folder.resolve("new").toString(),
            "--peers",
            "https://example.org/" + SECRET + ",era+https://example.org/" + SECRET,
            "--head-source",
            "wss://example.org/" + SECRET,
            "--rpc-token",
            "example.org=" + SECRET);
    assertEquals(0, result.exitCode(), result::toString);
    assertFalse(result.toString().contains(SECRET), result::toString);
  }
}
