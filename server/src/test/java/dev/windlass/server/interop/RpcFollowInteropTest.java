package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A geth that Windlass knows by its JSON-RPC alone. It names a thousand heads over WebSocket, and
 * serves the blocks over HTTP. Three reorgs come, and the WebSocket breaks five times.
 */
@Tag("interop")
class RpcFollowInteropTest {
  private static final int SHARED = 460;
  private static final int LAST = SHARED + 60;
  private static final int FORK_LAST = 920;
  private static final int CUTS = 5;
  private static final Duration EVERY = Duration.ofMillis(20);
  private static final Duration EVERY_BESIDE_CUTS = Duration.ofMillis(50);
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);

  @RegisterExtension private final Nodes nodes = new Nodes();
  private MadeChain chain;
  private ChainFeed feed;
  private WindlassProcess windlass;

  /** The other branch takes over, so the blocks above the shared ones are replaced. */
  private void turn(Path file, int from, int to) {
    long tip = WindlassProcess.tip(windlass.status());
    feed.feed(file, from, to, EVERY);
    windlass.awaitTip(to, SYNC_MAX);
    String disconnected = "Disconnected +number=" + tip + " hash=\\S+ blocks=" + (tip - SHARED);
    assertTrue(Pattern.compile(disconnected).matcher(log()).find(), disconnected);
  }

  private String log() {
    return windlass.process().text();
  }

  private int times(String words) {
    return log().split(words, -1).length - 1;
  }

  /** The WebSocket breaks, and is there again. */
  private void cut(Toxiproxy proxy) {
    await("Head source not reached", proxy::reset);
    await("Head source connected", proxy::noReset);
  }

  private void await(String line, Runnable cause) {
    int before = times(line);
    cause.run();
    windlass.await("logs: " + line, SYNC_MAX, status -> times(line) > before);
  }

  @Test
  void shouldFollowAThousandHeadsOfGethThroughReorgsAndCuts() throws Exception {
    chain = MadeChain.of(LAST, SHARED, FORK_LAST - SHARED);
    int port = Ports.free();
    Geth geth =
        chain.emptyGeth(nodes, "geth", "--ws", "--ws.addr", "127.0.0.1", "--ws.port", "" + port);
    Toxiproxy proxy = nodes.with(Toxiproxy.to(port, nodes.log("toxiproxy")));
    HeardHeads heard = nodes.with(HeardHeads.of(port));
    feed = new ChainFeed(geth);
    windlass =
        chain.windlass(
            nodes,
            "windlass",
            "--peers",
            geth.httpUrl(),
            "--head-source",
            "ws://127.0.0.1:" + proxy.port(),
            "--head-tag",
            "latest",
            "--logging",
            "trace");
    windlass.awaitTip(0, SYNC_MAX);
    feed.feed(chain.file(), 1, SHARED + 2, EVERY);
    windlass.awaitTip(SHARED + 2, SYNC_MAX);
    System.out.println("undisturbed: " + heard.until(log(), 1, SHARED));

    turn(chain.fork(), SHARED + 1, SHARED + 20);
    turn(chain.file(), SHARED + 1, LAST);
    turn(chain.fork(), SHARED + 1, LAST + 1);

    try (ChainFeed.Feeding rest =
        feed.start(chain.fork(), LAST + 2, FORK_LAST, EVERY_BESIDE_CUTS)) {
      for (int i = 0; i < CUTS; i++) {
        cut(proxy);
      }
      rest.awaitEnd(SYNC_MAX);
    }
    JsonObject followed = windlass.awaitTip(FORK_LAST, chain.forkHead(), SYNC_MAX);
    System.out.println("with five cuts: " + heard.until(log(), LAST + 2, FORK_LAST));

    JsonObject counters = followed.getJsonObject("counters");
    assertEquals(0, counters.getLong("refetched"), followed::encode);
    assertEquals(0, counters.getLong("peersBanned"), followed::encode);
    windlass.stopAndVerify(FORK_LAST, chain.forkHead());
  }
}
