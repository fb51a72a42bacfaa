package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node alone, which loses one answer. */
class LostAnswerTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 9_000, Shape.EMPTY);

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  private void connect(PeerKind kind, long seed) {
    PeerTraits traits = PeerTraits.faulty(10 * World.MILLIS, Fault.LOSING_ONCE);
    world.simulation.connect(
        new SimulatedPeer(PeerId.of("named"), kind, CHAIN, traits, new SplittableRandom(seed)));
  }

  private void shouldSyncOnce() {
    world.runTo(CHAIN.head().hash(), 120 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
    assertEquals(Map.of(), world.simulation.dropped());
    assertEquals(CHAIN.head().number(), world.counters().blocks());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void shouldGoOnWhenTheOnlyHeaderPeerLosesAnAnswer(long seed) {
    connect(PeerKind.HEADER, seed);
    shouldSyncOnce();
    assertEquals(CHAIN.head().number(), world.counters().hashes());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void shouldGoOnWhenTheOnlyHashPeerLosesAnAnswer(long seed) {
    connect(PeerKind.HASH, seed);
    shouldSyncOnce();
  }
}
