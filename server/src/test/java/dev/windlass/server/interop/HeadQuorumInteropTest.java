package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two geths as sources of heads, of which one goes to another branch first. */
@Tag("interop")
class HeadQuorumInteropTest {
  private static final int FIRST = 200;
  private static final int SHARED = 210;
  private static final int BOTH = 230;
  private static final int LAST = 250;
  private static final int FORK_LAST = 260;
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private static void feed(Geth geth, Path file, int from, int to) {
    new ChainFeed(geth).feed(file, from, to, Duration.ZERO);
  }

  private static JsonArray disagreements(JsonObject status) {
    return status.getJsonObject("headSources").getJsonArray("disagreements");
  }

  @Test
  void shouldSyncWhatBothHaveAndShowThatTheyDisagree() throws Exception {
    MadeChain chain = MadeChain.of(LAST, SHARED, FORK_LAST - SHARED);
    Geth first = chain.emptyGeth(nodes, "first");
    Geth second = chain.emptyGeth(nodes, "second");
    feed(first, chain.file(), 1, FIRST);
    feed(second, chain.file(), 1, FIRST);
    String both = first.httpUrl() + "," + second.httpUrl();
    WindlassProcess windlass =
        chain.windlass(
            nodes,
            "windlass",
            "--peers",
            both,
            "--head-source",
            both,
            "--head-tag",
            "latest",
            "--head-quorum",
            "2");
    windlass.awaitTip(FIRST, SYNC_MAX);

    feed(first, chain.file(), FIRST + 1, LAST);
    feed(second, chain.file(), FIRST + 1, BOTH);
    windlass.awaitTip(BOTH, SYNC_MAX);

    feed(second, chain.fork(), SHARED + 1, FORK_LAST);
    JsonObject apart =
        windlass.await(
            "shows that they disagree", SYNC_MAX, status -> !disagreements(status).isEmpty());
    JsonObject shown = disagreements(apart).getJsonObject(0);
    // A look may come while the second one is being fed.
    long number = shown.getLong("number");
    assertTrue(number > SHARED && number <= LAST, apart::encode);
    assertNotEquals(shown.getString("firstHash"), shown.getString("secondHash"), apart::encode);
    assertEquals(BOTH, WindlassProcess.tip(apart), apart::encode);

    feed(first, chain.fork(), SHARED + 1, FORK_LAST);
    windlass.awaitTip(FORK_LAST, chain.forkHead(), SYNC_MAX);
    windlass.await("shows that they agree", SYNC_MAX, s -> disagreements(s).isEmpty());

    String log = windlass.process().text();
    assertEquals(1, log.split("WARN .*Head sources disagree ", -1).length - 1, log);
    assertTrue(log.contains("Head sources disagree no more"), log);
    windlass.stopAndVerify(FORK_LAST, chain.forkHead());
  }
}
