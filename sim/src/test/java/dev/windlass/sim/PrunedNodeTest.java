package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The only followed node lacks old bodies, or old headers too. An archive connects later. */
class PrunedNodeTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 5_000, Shape.EMPTY);
  private static final long CUT = 4_000;

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  private void connect(String name, Range range) {
    PeerTraits traits = PeerTraits.honest(World.MILLIS);
    NodeChain has = new NodeChain(CHAIN, range);
    world.simulation.connect(
        new SimulatedPeer(
            PeerId.of(name), PeerKind.HEADER, CHAIN, has, traits, world.random.split()));
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0,false", "4000,true", "4000,false"})
  void shouldKeepThePrunedNodeAndItsHeadersUntilAnArchiveComes(long headersFrom, boolean stops) {
    connect("pruned", new Range(headersFrom, CUT, stops, false));
    world.pass(600 * World.SECONDS);
    assertEquals(Map.of(), world.simulation.dropped());
    // Without the headers the sync cannot end.
    boolean hasHeaders = headersFrom == 0;
    assertEquals(!hasHeaders, world.counters().syncsFailed() > 0);
    long links = world.counters().hashes();
    assertTrue(links <= CHAIN.head().number(), () -> links + " links came");
    connect("archive", Range.ALL);
    world.runTo(CHAIN.head().hash(), 400 * World.SECONDS);
    assertEquals(CHAIN.head().number(), world.counters().hashes());
    assertEquals(CHAIN.head().number(), world.counters().blocks());
    assertEquals(Map.of(), world.simulation.dropped());
  }

  /**
   * Such an answer would delay the search for the cut for as long as the largest answer may take.
   */
  @Test
  void shouldFindTheCutThoughAnAnswerOfAnotherNodeIsNeverWhole() {
    connect("pruned", new Range(0, CUT, true, false));
    world.peer("drawling", PeerKind.HEADER, CHAIN, PeerTraits.faulty(World.MILLIS, Fault.DRAWLING));

    world.pass(300 * World.SECONDS);

    assertEquals(CHAIN.head().number() - CUT + 1, world.counters().blocks());
  }
}
