package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Blocks from @ethereumjs/client, over eth/68. */
@Tag("interop")
class EthereumJsInteropTest {
  private static final int BLOCKS = 1_000;
  private static final Duration SYNC_MAX = Duration.ofMinutes(2);

  @RegisterExtension private final Nodes nodes = new Nodes();

  @Test
  void shouldSyncEveryBlockWhenEthereumJsServesThem() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    EthereumJs node =
        nodes.with(
            EthereumJs.start(
                nodes.data("ethereumjs"),
                nodes.log("ethereumjs"),
                "--gethGenesis=" + chain.genesis(),
                "--loadBlocksFromRlp=" + chain.file(),
                "--isSingleNode=true"));

    WindlassProcess windlass =
        chain.windlass(nodes, "windlass", "--anchor", chain.head(), "--peers", node.enode());
    JsonObject status = windlass.awaitTip(BLOCKS, SYNC_MAX);

    assertEquals(0, status.getJsonObject("counters").getLong("refetched"), status::encode);
    assertTrue(windlass.process().text().contains("protocol=eth/68"));
    windlass.stopAndVerify(BLOCKS, chain.head());
  }
}
