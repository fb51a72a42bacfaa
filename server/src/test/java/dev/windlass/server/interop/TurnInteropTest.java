package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A geth that turns to branches that are not longer, which it does not announce over eth/69. */
@Tag("interop")
class TurnInteropTest {
  private static final int LAST = 300;
  private static final int SHARED = 290;
  private static final int LOWER = 297;
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);
  private static final Duration TURN_MAX = Duration.ofSeconds(15);

  @RegisterExtension private final Nodes nodes = new Nodes();

  @Test
  void shouldFollowATurnToTheSameHeightAndToALowerOne() throws Exception {
    MadeChain chain = MadeChain.of(LAST, SHARED, LAST - SHARED);
    Geth geth = chain.emptyGeth(nodes, "geth");
    ChainFeed feed = new ChainFeed(geth);
    feed.feed(chain.file(), 1, LAST, Duration.ZERO);
    String lower = geth.block(LOWER).orElseThrow().getString("hash");
    WindlassProcess windlass = chain.windlass(nodes, "windlass", "--peers", geth.enode());
    windlass.awaitTip(LAST, chain.head(), SYNC_MAX);

    feed.feed(chain.fork(), SHARED + 1, LAST, Duration.ZERO);
    windlass.awaitTip(LAST, chain.forkHead(), TURN_MAX);

    feed.feed(chain.file(), SHARED + 1, LOWER, Duration.ZERO);
    JsonObject turned = windlass.awaitTip(LOWER, lower, TURN_MAX);

    assertEquals(0, turned.getJsonObject("counters").getLong("refetched"), turned::encode);
    assertEquals(0, turned.getJsonObject("counters").getLong("peersBanned"), turned::encode);
    assertEquals(1, turned.getLong("peers"), turned::encode);
    windlass.stopAndVerify(LOWER, lower);
  }
}
