package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What others sync from Windlass, when it is the only one that has it. */
@Tag("interop")
class ServedInteropTest {
  private static final int BLOCKS = 5_000;
  private static final Duration SYNC_MAX = Duration.ofMinutes(2);
  private static final Duration NODE_SYNC_MAX = Duration.ofMinutes(4);

  @RegisterExtension private final Nodes nodes = new Nodes();

  /** A Windlass that has all of the chain, and can be reached. */
  private WindlassProcess synced(MadeChain chain) throws IOException {
    try (Geth geth = chain.geth(nodes, "geth-origin")) {
      WindlassProcess windlass =
          chain.windlass(
              nodes,
              "windlass",
              "--anchor",
              chain.head(),
              "--peers",
              geth.enode(),
              "--p2p-enabled",
              "--p2p-port",
              "0");
      windlass.awaitTip(BLOCKS, SYNC_MAX);
      return windlass;
    }
  }

  @Test
  void shouldGiveGethEveryBlock() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    WindlassProcess windlass = synced(chain);
    Geth geth = chain.emptyGeth(nodes, "geth", "--synctarget", chain.head());

    geth.addPeer(windlass.enode());
    geth.awaitBlock(BLOCKS, NODE_SYNC_MAX);

    assertEquals(chain.head(), geth.block(BLOCKS).orElseThrow().getString("hash"));
    windlass.stopAndVerify(BLOCKS, chain.head());
  }

  @Test
  void shouldGiveAnotherWindlassEveryBlock() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    WindlassProcess first = synced(chain);
    WindlassProcess second =
        chain.windlass(
            nodes, "windlass-second", "--anchor", chain.head(), "--peers", first.enode());

    JsonObject status = second.awaitTip(BLOCKS, SYNC_MAX);

    assertEquals(0, status.getJsonObject("counters").getLong("refetched"), status::encode);
    second.stopAndVerify(BLOCKS, chain.head());
    first.stopAndVerify(BLOCKS, chain.head());
  }
}
