package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.Await;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A pause of a minute in the middle of a sync from geth, and a kill -9 in a second pause. */
@Tag("interop")
@Execution(ExecutionMode.CONCURRENT)
class PauseInteropTest {
  private static final int BLOCKS = 50_000;
  private static final long KILOBYTES_PER_SECOND = 3_000;
  private static final Duration SYNC_MAX = Duration.ofMinutes(4);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private WindlassProcess syncing(MadeChain chain, Geth geth, int port) throws Exception {
    return chain.windlass(
        nodes, "windlass", "--peers", geth.enodeAt(port), "--anchor", chain.head());
  }

  /** Waits until nothing is in flight any more. */
  private static JsonObject awaitRest(WindlassProcess windlass) {
    return windlass.await(
        "rests",
        SYNC_MAX,
        status ->
            "PAUSED".equals(status.getString("waiting"))
                && status.getLong("inFlightRequests") == 0);
  }

  private static void awaitTip(WindlassProcess windlass, long number) {
    windlass.await(
        "has block " + number, SYNC_MAX, status -> WindlassProcess.tip(status) >= number);
  }

  private static long counter(JsonObject status, String name) {
    return status.getJsonObject("counters").getLong(name);
  }

  @Test
  void shouldFetchNothingTwiceAfterAPauseAndAKillInTheNextOne() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    Geth geth = chain.geth(nodes, "geth");
    Toxiproxy line = nodes.with(Toxiproxy.to(geth.p2pPort(), nodes.log("toxiproxy")));
    line.bandwidth(KILOBYTES_PER_SECOND);
    WindlassProcess windlass = syncing(chain, geth, line.port());

    awaitTip(windlass, BLOCKS / 5);
    assertTrue(windlass.pauses("10m"));
    JsonObject paused = awaitRest(windlass);
    assertTrue(WindlassProcess.tip(paused) < BLOCKS, () -> "it was too fast: " + paused);
    Await.pause(PAUSE);
    JsonObject still = windlass.status();
    assertEquals(counter(paused, "blocks"), counter(still, "blocks"), still::encode);
    assertEquals(counter(paused, "hashes"), counter(still, "hashes"), still::encode);
    assertTrue(windlass.resumes());

    awaitTip(windlass, BLOCKS / 2);
    assertTrue(windlass.pauses("10m"));
    JsonObject last = awaitRest(windlass);
    long stored = WindlassProcess.tip(last);
    assertTrue(stored < BLOCKS, () -> "it was too fast: " + last);
    assertEquals(0, counter(last, "refetched"), last::encode);
    windlass.process().kill();

    WindlassProcess again = syncing(chain, geth, line.port());
    JsonObject synced = again.awaitTip(BLOCKS, SYNC_MAX);
    assertEquals(0, counter(synced, "hashes"), "all headers were stored");
    assertEquals(BLOCKS - stored, counter(synced, "blocks"), synced::encode);
    assertEquals(0, counter(synced, "refetched"), synced::encode);
    again.stopAndVerify(BLOCKS, chain.head());
  }
}
