package dev.windlass.server.interop;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A running geth that listens on loopback only and discovers no peers. */
final class Geth implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final Duration IMPORT_MAX = Duration.ofMinutes(5);

  private final NodeProcess process;
  private final JsonRpc rpc;
  private final Path data;
  private final int enginePort;
  private final String enode;

  private Geth(NodeProcess process, JsonRpc rpc, Path data, int enginePort) {
    this.process = process;
    this.rpc = rpc;
    this.data = data;
    this.enginePort = enginePort;
    this.enode =
        process.awaitAnswer(
            "says who it is",
            READY_MAX,
            () -> rpc.call("admin_nodeInfo").map(info -> ((JsonObject) info).getString("enode")));
  }

  /** Starts one on a data folder, with options of its own. */
  static Geth start(Path binary, Path data, Path log, String... options) throws IOException {
    Listens on = new Listens(Ports.free(), Ports.free(), Ports.free());
    NodeProcess process = NodeProcess.start("geth", log, command(binary, data, on, options));
    try {
      return new Geth(process, new JsonRpc(on.httpPort()), data, on.enginePort());
    } catch (AssertionError e) {
      process.close();
      throw e;
    }
  }

  /** The ports of one. */
  record Listens(int p2pPort, int httpPort, int enginePort) {}

  /** The command that starts one. */
  static List<String> command(Path binary, Path data, Listens on, String... options)
      throws IOException {
    Files.createDirectories(data);
    Path config = data.resolve("p2p.toml");
    Files.writeString(
        config,
        String.join(
            "\n",
            "[Node.P2P]",
            "ListenAddr = \"127.0.0.1:" + on.p2pPort() + "\"",
            "NoDiscovery = true",
            "BootstrapNodes = []",
            "BootstrapNodesV5 = []",
            ""));
    List<String> command =
        new ArrayList<>(List.of(binary.toString(), "--datadir", data.toString()));
    command.addAll(List.of("--config", config.toString(), "--nat", "none", "--ipcdisable"));
    command.addAll(List.of("--cache", "128", "--verbosity", "3"));
    if (!List.of(options).contains("--syncmode")) {
      command.addAll(List.of("--syncmode", "full"));
    }
    command.addAll(
        List.of("--http", "--http.addr", "127.0.0.1", "--http.port", "" + on.httpPort()));
    command.addAll(List.of("--http.api", "eth,debug,admin,net,web3"));
    command.addAll(List.of("--authrpc.addr", "127.0.0.1", "--authrpc.port", "" + on.enginePort()));
    command.addAll(List.of(options));
    return command;
  }

  /** Makes a data folder with nothing but a genesis. */
  static void init(Path binary, Path data, Path log, Path genesis) {
    run(binary, data, log, "init", genesis.toString());
  }

  static void run(Path binary, Path data, Path log, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(binary.toString(), "--datadir", data.toString()));
    command.addAll(List.of(arguments));
    NodeProcess.run("geth " + arguments[0], log, IMPORT_MAX, command);
  }

  String enode() {
    return enode;
  }

  /** Where it answers JSON-RPC. */
  String httpUrl() {
    return rpc.url();
  }

  int p2pPort() {
    return Integer.parseInt(enode.replaceAll(".*@[^:]*:(\\d+).*", "$1"));
  }

  /** The same node, to be reached at another port. */
  String enodeAt(int port) {
    return enode.replaceAll("@.*", "@127.0.0.1:" + port);
  }

  /** What a beacon node asks. */
  JsonRpc engine() {
    return new JsonRpc(enginePort, this::engineToken);
  }

  private Path jwtSecret() {
    return data.resolve("geth/jwtsecret");
  }

  NodeProcess process() {
    return process;
  }

  /** The number of its newest block. */
  long blockNumber() {
    return rpc.call("eth_blockNumber").map(number -> Long.decode(number.toString())).orElse(-1L);
  }

  /**
   * Tells it, as its beacon node would, that a block of its peers is the newest, until it has it:
   * it forgets a head that it hears of before a peer can be asked.
   */
  void syncTo(long number, String head, Duration max) {
    JsonRpc engine = engine();
    String unknown = "0x" + "0".repeat(64);
    JsonObject heads =
        new JsonObject()
            .put("headBlockHash", head)
            .put("safeBlockHash", unknown)
            .put("finalizedBlockHash", unknown);
    process.awaitAnswer(
        "syncs to block " + number,
        max,
        () -> {
          engine.call("engine_forkchoiceUpdatedV3", heads, null);
          return blockNumber() >= number ? Optional.of(true) : Optional.empty();
        });
  }

  /** The engine's JSON Web Token (HS256), which has to be younger than a minute. */
  private Optional<String> engineToken() {
    try {
      byte[] secret =
          HexFormat.of().parseHex(Files.readString(jwtSecret()).strip().replaceFirst("^0x", ""));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      String said =
          base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
              + "."
              + base64(
                  ("{\"iat\":" + Instant.now().getEpochSecond() + "}")
                      .getBytes(StandardCharsets.UTF_8));
      return Optional.of(said + "." + base64(mac.doFinal(said.getBytes(StandardCharsets.UTF_8))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Lets it go back to an older block of its chain, over its own RPC. */
  void setHead(long number) {
    rpc.call("debug_setHead", "0x" + Long.toHexString(number));
    process.awaitAnswer(
        "goes back to block " + number,
        READY_MAX,
        () -> blockNumber() == number ? Optional.of(true) : Optional.empty());
  }

  /** Whether it gives out this block of its chain, with its body. */
  boolean serves(long number) {
    return block(number).isPresent();
  }

  Optional<JsonObject> block(long number) {
    return rpc.call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false)
        .map(JsonObject.class::cast);
  }

  void addPeer(String peer) {
    process.awaitAnswer("takes a peer", READY_MAX, () -> rpc.call("admin_addPeer", peer));
  }

  void awaitBlock(long number, Duration max) {
    process.awaitAnswer(
        "has block " + number,
        max,
        () -> blockNumber() >= number ? Optional.of(true) : Optional.empty());
  }

  /** What kill -9 does. */
  void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}
