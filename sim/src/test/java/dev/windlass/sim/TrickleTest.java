package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One peer of eight sends a single item in each answer, as quickly as the others. It is never late,
 * so nothing is hedged, and other peers have to be asked for the rest.
 */
class TrickleTest {
  private static final ChainMaker CHAIN = ChainMaker.onDemand(1, 100_000, Shape.EMPTY);
  private static final int PEERS = 8;

  private static World sync(PeerKind kind, int trickling) {
    World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);
    PeerTraits traits = PeerTraits.honest(50 * World.MILLIS);
    for (int i = 0; i < PEERS; i++) {
      if (i < trickling) {
        world.join("trickling" + i, kind, new Trickle(Repertoire.of(CHAIN), 1), traits);
      } else {
        world.peer("honest" + i, kind, CHAIN, traits);
      }
    }
    world.simulation.sync(CHAIN.head().hash());
    world.runTo(CHAIN.head().hash(), 3_600 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
    return world;
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldKeepThePaceWhenOnePeerTrickles(PeerKind kind) {
    long without = sync(kind, 0).simulation.now();
    long with = sync(kind, 1).simulation.now();
    assertTrue(with < 3 * without / 2, with + " ns, without it " + without);
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldSyncEverythingWhenAllPeersTrickle(PeerKind kind) {
    ChainMaker chain = ChainMaker.of(1, 300, Shape.EMPTY);
    World world = new World(World.quiet(DownloaderLimits.DEFAULT), chain);
    PeerTraits traits = PeerTraits.honest(World.MILLIS);
    world.join("a", kind, new Trickle(Repertoire.of(chain), 1), traits);
    world.join("b", kind, new Trickle(Repertoire.of(chain), 2), traits);
    world.simulation.sync(chain.head().hash());
    world.runTo(chain.head().hash(), 60 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
  }
}
