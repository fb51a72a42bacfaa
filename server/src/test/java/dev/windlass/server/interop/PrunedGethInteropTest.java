package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A followed geth that has the headers of its chain and the bodies above a cut.
 *
 * <p>It is one that synced its state from another ({@code --syncmode snap}) and was told to keep no
 * history below a block ({@code --history.chain}): what {@code prune-history} leaves, without the
 * ninety thousand blocks above the cut that the command asks for.
 */
@Tag("interop")
class PrunedGethInteropTest {
  private static final int BLOCKS = 5_000;
  private static final int CUT = 3_000;
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private Geth pruned(MadeChain chain, Geth whole) throws IOException {
    String cut = whole.block(CUT).orElseThrow().getString("hash");
    Geth pruned =
        chain.emptyGeth(
            nodes, "geth-pruned", "--syncmode", "snap", "--history.chain", CUT + ":" + cut);
    pruned.addPeer(whole.enode());
    pruned.syncTo(BLOCKS, chain.head(), SYNC_MAX);
    assertFalse(pruned.serves(CUT - 1), "it was not cut");
    assertTrue(pruned.serves(CUT), "it was cut too high");
    return pruned;
  }

  private WindlassProcess following(MadeChain chain, Geth geth, String log) throws IOException {
    return nodes.with(
        WindlassProcess.start(
            nodes.data("windlass"),
            nodes.log(log),
            "--genesis-file",
            chain.genesis().toString(),
            "--peers",
            geth.enode(),
            "--p2p-enabled",
            "--p2p-port",
            "0"));
  }

  private static void assertReceivedOnce(JsonObject status, long headers, long blocks) {
    JsonObject counters = status.getJsonObject("counters");
    assertEquals(headers, counters.getLong("hashes"), status::encode);
    assertEquals(blocks, counters.getLong("blocks"), status::encode);
    assertEquals(0, counters.getLong("refetched"), status::encode);
    assertEquals(0, counters.getLong("peersBanned"), status::encode);
  }

  private static void assertNobodyIsDropped(WindlassProcess windlass) {
    assertFalse(windlass.process().text().contains("Peer dropped"), "a node was dropped");
  }

  @Test
  void shouldSyncAboveTheCutAndFillTheRestFromANodeThatComesLater() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    Geth whole = chain.geth(nodes, "geth-whole");
    Geth pruned = pruned(chain, whole);

    WindlassProcess windlass = following(chain, pruned, "windlass");
    JsonObject above = windlass.awaitTip(BLOCKS, SYNC_MAX);

    assertReceivedOnce(above, BLOCKS, BLOCKS - CUT + 1);
    assertEquals(1, above.getLong("peers"), above::encode);
    assertEquals(List.of("1-" + (CUT - 1)), windlass.missing());
    assertNobodyIsDropped(windlass);
    windlass.stopAndVerify(BLOCKS, chain.head());

    WindlassProcess again = following(chain, pruned, "windlass-again");
    again.await("has the pruned node", SYNC_MAX, status -> status.getLong("peers") == 1);
    whole.addPeer(again.enode());
    JsonObject filled =
        again.await(
            "fills the gap",
            SYNC_MAX,
            status ->
                status.getJsonObject("counters").getLong("blocks") >= CUT - 1
                    && status.getValue("sync") == null);

    assertReceivedOnce(filled, 0, CUT - 1);
    assertEquals(List.of(), again.missing());
    assertEquals(2, filled.getLong("peers"), filled::encode);
    assertNobodyIsDropped(again);
    again.stopAndVerify(BLOCKS, chain.head());
  }
}
