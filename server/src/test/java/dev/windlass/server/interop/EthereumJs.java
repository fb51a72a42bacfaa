package dev.windlass.server.interop;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A running @ethereumjs/client, kept on loopback by what it loads first. */
final class EthereumJs implements AutoCloseable {
  /** It loads the blocks of a file before it answers, some 50 a second. */
  private static final Duration READY_MAX = Duration.ofMinutes(3);

  private final NodeProcess process;
  private final JsonRpc rpc;
  private final String enode;

  private EthereumJs(NodeProcess process, JsonRpc rpc) {
    this.process = process;
    this.rpc = rpc;
    this.enode =
        process.awaitAnswer(
            "says who it is",
            READY_MAX,
            () -> rpc.call("admin_nodeInfo").map(info -> ((JsonObject) info).getString("enode")));
  }

  static EthereumJs start(Path data, Path log, String... options) throws IOException {
    int p2pPort = Ports.free();
    int httpPort = Ports.free();
    Files.createDirectories(data);
    List<String> command = new ArrayList<>(List.of("node", "--require"));
    command.add(loopback());
    command.add(Toolbox.ethereumJs().toString());
    command.add("--dataDir=" + data);
    command.addAll(List.of("--port=" + p2pPort, "--extIP=127.0.0.1"));
    command.addAll(List.of("--rpc", "--rpcAddr=127.0.0.1", "--rpcPort=" + httpPort));
    command.addAll(List.of("--discV4=false", "--discDns=false", "--logFile=false"));
    command.addAll(List.of("--sync=full", "--execution=false"));
    command.addAll(List.of(options));
    NodeProcess process = NodeProcess.start("ethereumjs", log, command);
    try {
      return new EthereumJs(process, new JsonRpc(httpPort));
    } catch (AssertionError e) {
      process.close();
      throw e;
    }
  }

  private static String loopback() {
    try {
      return Path.of(EthereumJs.class.getResource("loopback.cjs").toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  String enode() {
    return enode;
  }

  NodeProcess process() {
    return process;
  }

  Optional<JsonObject> block(long number) {
    return rpc.call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false)
        .map(JsonObject.class::cast);
  }

  void awaitBlock(long number, Duration max) {
    process.awaitAnswer("has block " + number, max, () -> block(number));
  }

  @Override
  public void close() {
    process.close();
  }
}
