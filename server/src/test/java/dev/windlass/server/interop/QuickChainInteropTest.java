package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A geth that makes a block each tenth of a second, followed over eth/69. */
@Tag("interop")
class QuickChainInteropTest {
  private static final int FIRST = 100;
  private static final int FOLLOWED = 300;
  private static final int LAST = FIRST + FOLLOWED;
  private static final Duration BLOCK_TIME = Duration.ofMillis(100);

  /** What may be made in the time between two looks at a chain that stands still. */
  private static final int STANDING_STILL = 30;

  /** Not in sync is more than this. */
  private static final long BEHIND_MAX = 2;

  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final int LOOKS_MIN = 50;
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);
  private static final String NOBODYS = "0x" + "ab".repeat(32);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private MadeChain chain;
  private Geth geth;
  private ChainFeed feed;
  private WindlassProcess windlass;

  private void begin() throws IOException {
    chain = MadeChain.of(LAST);
    geth = chain.emptyGeth(nodes, "geth");
    feed = new ChainFeed(geth);
    feed.feed(chain.file(), 1, FIRST, Duration.ZERO);
    windlass = chain.windlass(nodes, "windlass", "--peers", geth.enode());
    windlass.awaitTip(FIRST, SYNC_MAX);
  }

  private ChainFeed.Feeding grow() {
    return nodes.with(feed.start(chain.file(), FIRST + 1, LAST, BLOCK_TIME));
  }

  private void assertReceivedOnce(JsonObject status) {
    JsonObject counters = status.getJsonObject("counters");
    assertEquals(LAST, counters.getLong("blocks"), status::encode);
    assertEquals(0, counters.getLong("refetched"), status::encode);
    assertEquals(0, counters.getLong("peersBanned"), status::encode);
    windlass.stopAndVerify(LAST, chain.head());
  }

  @Test
  void shouldMissNothingWhenAnOperatorNamesAHeadThatDoesNotExist() throws Exception {
    begin();
    assertTrue(windlass.takesHead(NOBODYS), "the head is not taken");

    ChainFeed.Feeding growing = grow();
    JsonObject status =
        windlass.await("follows", SYNC_MAX, said -> WindlassProcess.tip(said) == LAST);

    growing.awaitEnd(SYNC_MAX);
    assertTrue(windlass.takesBack(NOBODYS), "the head is not taken back");
    windlass.await(
        "wants nothing more",
        SYNC_MAX,
        said -> said.getBoolean("inSync") && said.getValue("waiting") == null);
    assertReceivedOnce(status);
  }

  /** How it stood at one look; how far behind it was at least, since geth was asked before. */
  private record Look(long geth, long tip, boolean isInSync, boolean isReady) {
    boolean isWrong() {
      // Only the next head probe shows that a chain which stood still moves again.
      boolean isPaceSeen = geth > FIRST + STANDING_STILL;
      return isPaceSeen && geth - tip > BEHIND_MAX && (isInSync || isReady);
    }
  }

  private Look look() {
    long number = geth.blockNumber();
    boolean isReady = windlass.isReady();
    JsonObject status = windlass.status();
    return new Look(number, WindlassProcess.tip(status), status.getBoolean("inSync"), isReady);
  }

  @Test
  void shouldNotSayInSyncWhileItIsMoreThanTwoBlocksBehind() throws Exception {
    begin();

    ChainFeed.Feeding growing = grow();
    List<Look> looks = new ArrayList<>();
    while (growing.isAlive()) {
      looks.add(look());
      Await.pause(LOOK_EVERY);
    }
    growing.awaitEnd(SYNC_MAX);
    JsonObject status = windlass.awaitTip(LAST, SYNC_MAX);

    Path figures = nodes.log("looks");
    Files.write(figures, looks.stream().map(Look::toString).toList());
    assertTrue(looks.size() >= LOOKS_MIN, () -> "only " + looks.size() + " looks");
    List<Look> wrong = looks.stream().filter(Look::isWrong).toList();
    assertEquals(List.of(), wrong, () -> wrong.size() + " of " + looks.size() + " are wrong");
    assertReceivedOnce(status);
  }
}
