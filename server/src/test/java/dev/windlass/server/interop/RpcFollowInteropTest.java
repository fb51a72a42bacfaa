package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A geth that Windlass knows by its JSON-RPC alone. It names the heads over WebSocket, and serves
 * the blocks over HTTP.
 */
@Tag("interop")
class RpcFollowInteropTest {
  private static final int FIRST = 300;
  private static final int LAST = 400;
  private static final int REORG_DEPTH = 60;
  private static final int SHARED = LAST - REORG_DEPTH;
  private static final int FORK_LAST = 410;
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);

  @RegisterExtension private final Nodes nodes = new Nodes();

  @Test
  void shouldFollowTheNewestBlockOfGethOverJsonRpc() throws Exception {
    MadeChain chain = MadeChain.of(LAST, SHARED, FORK_LAST - SHARED);
    int port = Ports.free();
    Geth geth =
        chain.emptyGeth(nodes, "geth", "--ws", "--ws.addr", "127.0.0.1", "--ws.port", "" + port);
    ChainFeed feed = new ChainFeed(geth);
    feed.feed(chain.file(), 1, FIRST, Duration.ZERO);
    WindlassProcess windlass =
        chain.windlass(
            nodes,
            "windlass",
            "--peers",
            geth.httpUrl(),
            "--head-source",
            "ws://127.0.0.1:" + port,
            "--head-tag",
            "latest");
    windlass.awaitTip(FIRST, SYNC_MAX);

    feed.feed(chain.file(), FIRST + 1, LAST, Duration.ofMillis(50));
    JsonObject followed = windlass.awaitTip(LAST, SYNC_MAX);

    assertEquals(chain.head(), followed.getJsonObject("tip").getString("hash"));
    assertEquals(LAST, followed.getJsonObject("counters").getLong("blocks"), followed::encode);
    assertEquals(0, followed.getJsonObject("counters").getLong("refetched"), followed::encode);

    feed.feed(chain.fork(), SHARED + 1, FORK_LAST, Duration.ofMillis(20));
    JsonObject turned = windlass.awaitTip(FORK_LAST, chain.forkHead(), SYNC_MAX);

    assertEquals(0, turned.getJsonObject("counters").getLong("refetched"), turned::encode);
    assertEquals(0, turned.getJsonObject("counters").getLong("peersBanned"), turned::encode);
    windlass.stopAndVerify(FORK_LAST, chain.forkHead());
  }
}
