package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.wire.jsonrpc.RpcNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --network rpc}, beside a node that has no genesis file. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GenesisOfNodeRunTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 50, Shape.SIGNED);
  private static final ChainMaker OTHER = ChainMaker.of(1L << 40, 50, Shape.SIGNED);

  @TempDir Path folder;

  private ChildWindlass run(String... with) throws IOException {
    return new ChildWindlass(folder.resolve("out"), args("run", with));
  }

  private String[] args(String command, String... with) {
    String[] args = new String[7 + with.length];
    String[] first = {
      command, "--rpc-http-port", "0", "--metrics-port", "0", "--data-path", data()
    };
    System.arraycopy(first, 0, args, 0, first.length);
    System.arraycopy(with, 0, args, first.length, with.length);
    return args;
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private static void stop(ChildWindlass node) throws Exception {
    node.terminate();
    node.awaitLog("Stopped");
    assertEquals(0, node.exitCode());
  }

  @Test
  void shouldBeginWithItAndRefuseANodeOfAnotherLater() throws Exception {
    try (RpcNode rpc = new RpcNode(CHAIN);
        ChildWindlass node =
            run("--network", "rpc", "--peers", rpc.url(), "--head-source", rpc.url())) {
      String line = node.awaitLog("Genesis taken from a node on trust");
      assertTrue(line.contains("chain_id=31337"), line);
      node.awaitLog("In sync");
      stop(node);
    }
    try (RpcNode rpc = new RpcNode(OTHER);
        ChildWindlass node = run("--network", "rpc", "--peers", rpc.url())) {
      String line = node.awaitLog("Peer refused");
      assertTrue(line.contains("its block 0 is " + shortened(OTHER)), line);
      assertTrue(line.contains("the store begins with " + shortened(CHAIN)), line);
      stop(node);
    }
  }

  private static String shortened(ChainMaker chain) {
    return chain.hashAt(0).toString().substring(0, 10);
  }

  @Test
  void shouldStopWhileItWaitsForANode() throws Exception {
    try (RpcNode rpc = new RpcNode(CHAIN)) {
      rpc.refuse(() -> Optional.of(new RpcNode.Refusal(500, "", "")));
      try (ChildWindlass node = run("--network", "rpc", "--peers", rpc.url())) {
        node.awaitLog("No genesis from this node yet");
        stop(node);
      }
    }
  }

  @Test
  void shouldValidateWithoutTheNode() {
    Windlass.Result result =
        Windlass.run(args("validate-config", "--network", "rpc", "--peers", "http://127.0.0.1:1"));
    assertEquals(0, result.exitCode(), result::toString);
    assertTrue(result.out().contains("network = rpc  # command line"), result::toString);
  }

  @Test
  void shouldSayHowToTakeItIfMainnetIsAssumed() throws Exception {
    try (RpcNode rpc = new RpcNode(CHAIN);
        ChildWindlass node = run("--peers", rpc.url())) {
      node.awaitLog("--network rpc takes the genesis of the node");
      stop(node);
    }
  }
}
