package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Fifty thousand blocks from geth: from one, from two of which one dies, over a bad way. */
@Tag("interop")
class MadeChainInteropTest {
  private static final int BLOCKS = 50_000;
  private static final Duration SYNC_MAX = Duration.ofMinutes(4);

  /** A sync over this takes long enough for something to happen in its middle. */
  private static final long SLOW_KILOBYTES_PER_SECOND = 3_000;

  private static final Duration RESET_EVERY = Duration.ofSeconds(3);
  private static final Duration BLACK_HOLE = Duration.ofSeconds(30);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private WindlassProcess windlass(MadeChain chain, List<String> peers, String... options)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("--peers", String.join(",", peers)));
    all.addAll(List.of("--anchor", chain.head()));
    all.addAll(List.of(options));
    return chain.windlass(nodes, "windlass", all.toArray(String[]::new));
  }

  private static long inserted(JsonObject status) {
    JsonObject sync = status.getJsonObject("sync");
    return sync == null ? WindlassProcess.tip(status) : sync.getLong("blocksInserted");
  }

  private static void awaitInserted(WindlassProcess windlass, long blocks) {
    JsonObject status =
        windlass.await(
            "has inserted " + blocks + " blocks", SYNC_MAX, said -> inserted(said) >= blocks);
    assertTrue(inserted(status) < BLOCKS, () -> "it was too fast to be disturbed: " + status);
  }

  /** Everything came, and nothing that was proven came twice, but for what was asked of two. */
  private void assertSynced(WindlassProcess windlass, MadeChain chain) {
    JsonObject status = windlass.awaitTip(BLOCKS, SYNC_MAX);
    JsonObject counters = status.getJsonObject("counters");
    assertEquals(0, counters.getLong("refetched"), status::encode);
    assertEquals(0, counters.getLong("peersBanned"), status::encode);
    long blocksTwice = counters.getLong("blocks") - counters.getLong("hedged") - BLOCKS;
    assertTrue(blocksTwice <= 0, status::encode);
    assertEquals(BLOCKS, counters.getLong("hashes"), status::encode);
    windlass.stopAndVerify(BLOCKS, chain.head());
  }

  @Test
  void shouldSyncEveryBlockWhenGethServesThem() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    Geth geth = chain.geth(nodes, "geth");

    WindlassProcess windlass = windlass(chain, List.of(geth.enode()), "--exit-when-synced");

    windlass.awaitExit(SYNC_MAX);
    windlass.verify(BLOCKS, chain.head());
  }

  @Test
  void shouldCompleteFromTheOtherWhenOneOfTwoIsKilled() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    Geth dies = chain.geth(nodes, "geth-dies");
    Geth stays = chain.geth(nodes, "geth-stays");
    Toxiproxy toDying = nodes.with(Toxiproxy.to(dies.p2pPort(), nodes.log("toxiproxy-dies")));
    Toxiproxy toStaying = nodes.with(Toxiproxy.to(stays.p2pPort(), nodes.log("toxiproxy-stays")));
    toDying.bandwidth(SLOW_KILOBYTES_PER_SECOND);
    toStaying.bandwidth(SLOW_KILOBYTES_PER_SECOND);
    WindlassProcess windlass =
        windlass(chain, List.of(dies.enodeAt(toDying.port()), stays.enodeAt(toStaying.port())));

    awaitInserted(windlass, BLOCKS / 4);
    JsonArray peers = windlass.peers().getJsonArray("peers");
    dies.kill();

    assertEquals(2, peers.size(), peers::encode);
    for (int i = 0; i < peers.size(); i++) {
      assertTrue(peers.getJsonObject(i).getLong("blocksDelivered") > 0, peers::encode);
    }
    assertSynced(windlass, chain);
  }

  @Test
  void shouldCompleteWhenTheWayIsSlowAndBreaks() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    Geth geth = chain.geth(nodes, "geth");
    Toxiproxy way = nodes.with(Toxiproxy.to(geth.p2pPort(), nodes.log("toxiproxy")));
    way.latency(Duration.ofMillis(50));
    way.bandwidth(SLOW_KILOBYTES_PER_SECOND);
    WindlassProcess windlass = windlass(chain, List.of(geth.enodeAt(way.port())));

    int resetsBefore = resetUntilInserted(windlass, way, BLOCKS / 3);
    awaitInserted(windlass, BLOCKS / 3);
    way.blackHole();
    Await.pause(BLACK_HOLE);
    way.noBlackHole();
    int resetsAfter = resetUntilInserted(windlass, way, BLOCKS);

    assertTrue(resetsBefore > 0 && resetsAfter > 0, resetsBefore + " and " + resetsAfter);
    assertSynced(windlass, chain);
  }

  /** Breaks the connection every few seconds; how often. */
  private static int resetUntilInserted(WindlassProcess windlass, Toxiproxy way, long blocks) {
    int resets = 0;
    while (true) {
      windlass.await(
          "has its peer", SYNC_MAX, said -> inserted(said) >= blocks || said.getLong("peers") > 0);
      long endNanos = System.nanoTime() + RESET_EVERY.toNanos();
      JsonObject status =
          windlass.await(
              "goes on",
              SYNC_MAX,
              said -> inserted(said) >= blocks || System.nanoTime() - endNanos > 0);
      if (inserted(status) >= blocks) {
        return resets;
      }
      if (status.getLong("peers") > 0) {
        way.reset();
        windlass.await("loses its peer", SYNC_MAX, said -> said.getLong("peers") == 0);
        way.noReset();
        resets++;
      }
    }
  }
}
