package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.store.Segment;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.sim.ChainMaker.Shape;
import org.junit.jupiter.api.Test;

/** Two anchors, the lower one among the links that are stored for the other. */
class TwoAnchorsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 9_000, Shape.EMPTY);
  private static final Hash HEAD = CHAIN.head().hash();
  private static final Hash MIDDLE = CHAIN.hashAt(5_000);

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  private boolean areLinksStored() {
    return world.simulation.store().segments().stream().mapToLong(Segment::length).sum() == 9_000;
  }

  @Test
  void shouldAskForNoHeaderTwiceWhenTheLowerAnchorIsSyncedFirst() {
    world.headerPeer("a", CHAIN);
    world.simulation.sync(HEAD);
    assertTrue(world.simulation.runUntil(this::areLinksStored, World.SECONDS));
    world.simulation.restart();
    world.simulation.sync(MIDDLE);
    world.runTo(MIDDLE, World.SECONDS);
    long headers = world.counters().hashes();
    world.simulation.sync(HEAD);
    world.runTo(HEAD, World.SECONDS);
    assertEquals(headers, world.counters().hashes());
    assertEquals(0, world.counters().refetched());
    assertTrue(world.simulation.store().segments().isEmpty());
  }
}
