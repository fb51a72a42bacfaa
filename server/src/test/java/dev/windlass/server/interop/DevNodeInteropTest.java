package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nodes for developers, which Windlass knows by their JSON-RPC alone. They name the heads, serve
 * the blocks, and give the genesis.
 */
@Tag("interop")
class DevNodeInteropTest {
  private static final Duration SYNC_MAX = Duration.ofSeconds(30);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private WindlassProcess following(DevNode node) throws IOException {
    return nodes.with(
        WindlassProcess.start(
            nodes.data("windlass"),
            nodes.log("windlass"),
            "--network",
            "rpc",
            "--peers",
            node.httpUrl(),
            "--head-source",
            node.webSocketUrl(),
            "--head-tag",
            "latest"));
  }

  private static JsonObject awaitSame(WindlassProcess windlass, DevNode node) {
    return windlass.awaitTip(node.number(), node.hash("latest"), SYNC_MAX);
  }

  private static void stopAndVerify(WindlassProcess windlass, DevNode node) {
    assertEquals(0, windlass.counters().getLong("peersBanned"));
    windlass.stopAndVerify(node.number(), node.hash("latest"));
  }

  @Test
  void shouldFollowAnvilThroughReorgsAndRollbacks() throws Exception {
    DevNode anvil = DevNode.anvil(nodes);
    anvil.send(5);
    WindlassProcess windlass = following(anvil);
    awaitSame(windlass, anvil);
    assertTrue(windlass.process().text().contains("chain_id=31337"));

    anvil.tell("anvil_mine", "0x1f4");
    awaitSame(windlass, anvil);

    String before = anvil.hash("latest");
    JsonArray inTheFirst = new JsonArray().add(anvil.transaction()).add(0);
    anvil.tell("anvil_reorg", 20, new JsonArray().add(inTheFirst));
    assertNotEquals(before, anvil.hash("latest"));
    awaitSame(windlass, anvil);

    anvil.tell("anvil_rollback", 10);
    anvil.send(2);
    awaitSame(windlass, anvil);
    stopAndVerify(windlass, anvil);
  }

  @Test
  void shouldFollowHardhatThroughAStepBack() throws Exception {
    DevNode hardhat = DevNode.hardhat(nodes);
    hardhat.send(5);
    WindlassProcess windlass = following(hardhat);
    awaitSame(windlass, hardhat);
    Object before = hardhat.ask("evm_snapshot");
    hardhat.tell("hardhat_mine", "0x7");
    awaitSame(windlass, hardhat);

    hardhat.ask("evm_revert", before);
    hardhat.send(2);
    awaitSame(windlass, hardhat);
    stopAndVerify(windlass, hardhat);
  }

  /** The blocks between the second and the last one name no parent. */
  @Test
  void shouldRefuseTheBlocksOfHardhatThatDoNotLink() throws Exception {
    DevNode hardhat = DevNode.hardhat(nodes);
    hardhat.send(5);
    WindlassProcess windlass = following(hardhat);
    awaitSame(windlass, hardhat);

    hardhat.tell("hardhat_mine", "0x14");
    windlass
        .process()
        .awaitAnswer(
            "refuses them",
            SYNC_MAX,
            () ->
                Optional.of(windlass.process().text())
                    .filter(log -> log.contains("comes down to block 24 without a parent")));
    String log = windlass.process().text();
    assertEquals(1, log.split("INFO .*Peer's chain does not link", -1).length - 1, log);
    JsonObject refused = windlass.status();
    // The first of them links, and is pushed.
    assertEquals(6, WindlassProcess.tip(refused), refused::encode);
    assertEquals(0, refused.getJsonObject("counters").getLong("peersBanned"));
    windlass.stopAndVerify(6, refused.getJsonObject("tip").getString("hash"));
  }

  @Test
  void shouldFollowGanacheThroughAStepBack() throws Exception {
    DevNode ganache = DevNode.ganache(nodes);
    ganache.send(5);
    WindlassProcess windlass = following(ganache);
    awaitSame(windlass, ganache);
    Object before = ganache.ask("evm_snapshot");
    ganache.mine(20);
    awaitSame(windlass, ganache);

    ganache.ask("evm_revert", before);
    ganache.send(2);
    awaitSame(windlass, ganache);
    stopAndVerify(windlass, ganache);
  }
}
