package dev.windlass.server.interop;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A running geth, which listens on loopback alone and finds nobody by itself. */
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
    int p2pPort = Ports.free();
    int httpPort = Ports.free();
    int enginePort = Ports.free();
    Files.createDirectories(data);
    Path config = data.resolve("p2p.toml");
    Files.writeString(
        config,
        String.join(
            "\n",
            "[Node.P2P]",
            "ListenAddr = \"127.0.0.1:" + p2pPort + "\"",
            "NoDiscovery = true",
            "BootstrapNodes = []",
            "BootstrapNodesV5 = []",
            ""));
    List<String> command =
        new ArrayList<>(List.of(binary.toString(), "--datadir", data.toString()));
    command.addAll(List.of("--config", config.toString(), "--nat", "none", "--ipcdisable"));
    command.addAll(List.of("--syncmode", "full", "--cache", "128", "--verbosity", "3"));
    command.addAll(List.of("--http", "--http.addr", "127.0.0.1", "--http.port", "" + httpPort));
    command.addAll(List.of("--http.api", "eth,debug,admin,net,web3"));
    command.addAll(List.of("--authrpc.addr", "127.0.0.1", "--authrpc.port", "" + enginePort));
    command.addAll(List.of(options));
    NodeProcess process = NodeProcess.start("geth", log, command);
    try {
      return new Geth(process, new JsonRpc(httpPort), data, enginePort);
    } catch (AssertionError e) {
      process.close();
      throw e;
    }
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

  int p2pPort() {
    return Integer.parseInt(enode.replaceAll(".*@[^:]*:(\\d+).*", "$1"));
  }

  /** The same node, to be reached at another port. */
  String enodeAt(int port) {
    return enode.replaceAll("@.*", "@127.0.0.1:" + port);
  }

  int enginePort() {
    return enginePort;
  }

  Path jwtSecret() {
    return data.resolve("geth/jwtsecret");
  }

  NodeProcess process() {
    return process;
  }

  /** The number of its newest block. */
  long blockNumber() {
    return rpc.call("eth_blockNumber").map(number -> Long.decode(number.toString())).orElse(-1L);
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
