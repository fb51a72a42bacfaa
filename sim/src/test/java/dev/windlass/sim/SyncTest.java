package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.sim.ChainMaker.Shape;
import org.junit.jupiter.api.Test;

/** Whole syncs among honest peers. */
class SyncTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 9_000, Shape.EMPTY);

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  @Test
  void shouldSyncEverythingFromOneHeaderPeer() {
    world.headerPeer("a", CHAIN);
    world.simulation.sync(CHAIN.head().hash());
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    assertEquals(9_000, world.simulation.done().get(0).blocks());
    assertEquals(0, world.simulation.progress().counters().refetched());
    assertTrue(world.simulation.failures().isEmpty());
  }

  @Test
  void shouldSyncEverythingFromOneHashPeer() {
    world.hashPeer("a", CHAIN);
    world.simulation.sync(CHAIN.head().hash());
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    assertEquals(9_000, world.simulation.done().get(0).blocks());
    assertEquals(5, world.simulation.progress().counters().crossChecksPassed());
  }

  @Test
  void shouldSyncFromBothKindsAtOnce() {
    world.hashPeer("a", CHAIN);
    world.headerPeer("b", CHAIN);
    world.headerPeer("c", CHAIN);
    world.simulation.sync(CHAIN.head().hash());
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    assertEquals(9_000, world.simulation.done().get(0).blocks());
  }
}
