package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A geth whose head moves and turns, and that is followed over eth/69.
 *
 * <p>It announces its range each 32 blocks, and when its head goes back. It has to be asked for the
 * last blocks.
 */
@Tag("interop")
class FollowInteropTest {
  private static final int FIRST = 900;
  private static final int LAST = 1_200;
  private static final int REORG_DEPTH = 100;
  private static final int SHARED = LAST - REORG_DEPTH;
  private static final int FORK_LAST = 1_310;
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);

  @RegisterExtension private final Nodes nodes = new Nodes();

  @Test
  void shouldFollowTheHeadOfGethWhenItMovesAndTurns() throws Exception {
    MadeChain chain = MadeChain.of(LAST, SHARED, FORK_LAST - SHARED);
    Geth geth = chain.emptyGeth(nodes, "geth");
    ChainFeed feed = new ChainFeed(geth);
    feed.feed(chain.file(), 1, FIRST, Duration.ZERO);
    WindlassProcess windlass = chain.windlass(nodes, "windlass", "--peers", geth.enode());
    windlass.awaitTip(FIRST, SYNC_MAX);

    feed.feed(chain.file(), FIRST + 1, LAST, Duration.ofMillis(100));
    JsonObject followed = windlass.awaitTip(LAST, SYNC_MAX);

    assertEquals(chain.head(), followed.getJsonObject("tip").getString("hash"));
    assertEquals(LAST, followed.getJsonObject("counters").getLong("blocks"), followed::encode);
    assertEquals(0, followed.getJsonObject("counters").getLong("refetched"), followed::encode);

    feed.feed(chain.fork(), SHARED + 1, FORK_LAST, Duration.ofMillis(20));
    JsonObject turned = windlass.awaitTip(FORK_LAST, SYNC_MAX);

    assertEquals(chain.forkHead(), turned.getJsonObject("tip").getString("hash"));
    assertEquals(0, turned.getJsonObject("counters").getLong("refetched"), turned::encode);
    assertEquals(0, turned.getJsonObject("counters").getLong("peersBanned"), turned::encode);
    windlass.stopAndVerify(FORK_LAST, chain.forkHead());
  }
}
