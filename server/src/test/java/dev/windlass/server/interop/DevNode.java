package dev.windlass.server.interop;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A running node for developers: anvil, hardhat or ganache. It has no genesis file. */
final class DevNode implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofSeconds(60);

  private final NodeProcess process;
  private final JsonRpc rpc;
  private final int port;

  private DevNode(NodeProcess process, int port) {
    this.process = process;
    this.port = port;
    this.rpc = new JsonRpc(port);
    process.awaitAnswer("answers", READY_MAX, () -> rpc.call("eth_chainId"));
  }

  static DevNode anvil(Nodes nodes, String... options) throws IOException {
    return start(nodes, "anvil", "--host", "--port", options);
  }

  static DevNode hardhat(Nodes nodes) throws IOException {
    return start(nodes, "hardhat", "--hostname", "--port", "node");
  }

  static DevNode ganache(Nodes nodes) throws IOException {
    return start(nodes, "ganache", "--server.host", "--server.port");
  }

  private static DevNode start(
      Nodes nodes, String name, String hostOption, String portOption, String... first)
      throws IOException {
    Path folder = installed(name);
    int port = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(folder.resolve("node_modules/.bin").resolve(name).toString());
    command.addAll(List.of(first));
    command.addAll(List.of(hostOption, "127.0.0.1", portOption, "" + port));
    NodeProcess process =
        NodeProcess.start(
            name,
            nodes.log(name),
            Optional.of(folder),
            Map.of("HARDHAT_DISABLE_TELEMETRY_PROMPT", "true", "HOME", folder.toString()),
            command);
    try {
      return nodes.with(new DevNode(process, port));
    } catch (AssertionError e) {
      process.close();
      throw e;
    }
  }

  /** Where it is installed. Without it the test is skipped. */
  private static Path installed(String name) {
    try {
      return Toolbox.devNodes();
    } catch (AssertionError | UncheckedIOException e) {
      return Assumptions.abort(name + " cannot be had: " + e.getMessage());
    }
  }

  String httpUrl() {
    return "http://127.0.0.1:" + port;
  }

  String webSocketUrl() {
    return "ws://127.0.0.1:" + port;
  }

  /** The result of a call that must have one. */
  Object ask(String method, Object... params) {
    return process.awaitAnswer("answers " + method, READY_MAX, () -> rpc.call(method, params));
  }

  /** Asks for something that is done even if the answer is null, and must be done once only. */
  void tell(String method, Object... params) {
    rpc.call(method, params);
  }

  void mine(int blocks) {
    for (int i = 0; i < blocks; i++) {
      ask("evm_mine");
    }
  }

  /** Mines so many blocks, each with a transaction of an account that the node holds. */
  void send(int transactions) {
    for (int i = 0; i < transactions; i++) {
      Object hash = ask("eth_sendTransaction", transaction());
      // The node mines after it has answered.
      ask("eth_getTransactionReceipt", hash);
    }
  }

  JsonObject transaction() {
    List<String> accounts = accounts();
    return new JsonObject()
        .put("from", accounts.get(0))
        .put("to", accounts.get(1))
        .put("gas", "0x5208")
        .put("value", "0x1");
  }

  private List<String> accounts() {
    return ((JsonArray) ask("eth_accounts")).stream().map(String::valueOf).toList();
  }

  String hash(String tag) {
    return block(tag).getString("hash");
  }

  long number() {
    return Long.decode(block("latest").getString("number"));
  }

  private JsonObject block(String tag) {
    return (JsonObject) ask("eth_getBlockByNumber", tag, false);
  }

  @Override
  public void close() {
    process.close();
  }
}
