package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A followed geth whose chain contradicts a checkpoint, from the beginning or after a reorg. */
@Tag("interop")
class CheckpointInteropTest {
  private static final int LAST = 1_200;
  private static final int SHARED = 1_100;
  private static final int FORK_LAST = 1_310;
  private static final int CHECKPOINT = 1_150;
  private static final String ELSEWHERE = "0x" + "11".repeat(32);
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private WindlassProcess following(MadeChain chain, Geth geth, String checkpointHash)
      throws Exception {
    return chain.windlass(
        nodes,
        "windlass",
        "--peers",
        geth.enode(),
        "--checkpoint",
        CHECKPOINT + "=" + checkpointHash);
  }

  /** The evidence of the only ban. */
  private static String evidence(WindlassProcess windlass) {
    JsonObject status =
        windlass.await(
            "bans geth",
            SYNC_MAX,
            said -> said.getJsonObject("counters").getLong("peersBanned") > 0);
    assertEquals(1, status.getJsonObject("counters").getLong("peersBanned"), status::encode);
    JsonObject bans = windlass.bans();
    assertEquals(1, bans.getJsonArray("peers").size(), bans::encode);
    return bans.getJsonArray("peers").getJsonObject(0).getString("evidence");
  }

  @Test
  void shouldBanAGethThatHasAnotherBlockAtACheckpoint() throws Exception {
    MadeChain chain = MadeChain.of(LAST, SHARED, FORK_LAST - SHARED);
    Geth geth = chain.emptyGeth(nodes, "geth");
    new ChainFeed(geth).feed(chain.file(), 1, LAST, Duration.ZERO);
    String there = geth.block(CHECKPOINT).orElseThrow().getString("hash");

    WindlassProcess windlass = following(chain, geth, ELSEWHERE);

    String evidence = evidence(windlass);
    assertTrue(evidence.contains(there) && evidence.contains(ELSEWHERE), evidence);
    WindlassProcess.Verified kept = windlass.stopAndVerify();
    assertTrue(kept.number() < CHECKPOINT, kept::toString);
  }

  @Test
  void shouldRefuseAReorgBelowACheckpointAndBanTheGethThatTurned() throws Exception {
    MadeChain chain = MadeChain.of(LAST, SHARED, FORK_LAST - SHARED);
    Geth geth = chain.emptyGeth(nodes, "geth");
    ChainFeed feed = new ChainFeed(geth);
    feed.feed(chain.file(), 1, LAST, Duration.ZERO);
    String there = geth.block(CHECKPOINT).orElseThrow().getString("hash");
    WindlassProcess windlass = following(chain, geth, there);
    windlass.awaitTip(LAST, chain.head(), SYNC_MAX);
    assertTrue(windlass.process().text().contains("Checkpoint passed"));

    feed.feed(chain.fork(), SHARED + 1, FORK_LAST, Duration.ZERO);

    assertEquals(
        "the chain leaves ours at block " + SHARED + ", below checkpoint " + CHECKPOINT,
        evidence(windlass));
    windlass.awaitTip(LAST, chain.head(), SYNC_MAX);
    windlass.stopAndVerify(LAST, chain.head());
  }
}
