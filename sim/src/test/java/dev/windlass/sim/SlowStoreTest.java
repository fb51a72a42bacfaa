package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that takes longer for one job than the progress deadline. */
class SlowStoreTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final Hash HEAD = CHAIN.head().hash();

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  /** Keeps the store busy for long, then lets the sync end, which must not fail. */
  private void shouldSitOut(Progress.Phase phase) {
    assertEquals(phase, world.simulation.progress().phase(), world::story);
    world.simulation.holdStore(true);
    world.pass(2 * DownloaderLimits.DEFAULT.progressDeadlineNanos());
    assertFalse(world.simulation.downloader().isIdle(), world::story);
    world.simulation.holdStore(false);
    world.runTo(HEAD, 60 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
  }

  @Test
  void shouldWaitForTheStoreWhenItLooksForWhatItHas() {
    world.headerPeer("a", CHAIN);
    world.simulation.holdStore(true);
    world.simulation.sync(HEAD);
    shouldSitOut(Progress.Phase.PREPARING);
  }

  @Test
  void shouldWaitForTheStoreWhenItTakesHeaders() {
    world.headerPeer("a", CHAIN);
    world.simulation.sync(HEAD);
    world.simulation.runUntil(() -> world.counters().hashes() > 0, World.SECONDS);
    shouldSitOut(Progress.Phase.FETCHING_HASHES);
  }

  @Test
  void shouldWaitForTheStoreWhenItTakesHashes() {
    world.hashPeer("a", CHAIN);
    world.simulation.sync(HEAD);
    world.simulation.runUntil(() -> world.counters().bytes() > 0, World.SECONDS);
    shouldSitOut(Progress.Phase.FETCHING_HASHES);
  }

  @Test
  void shouldWaitForTheStoreWhenItTakesBlocks() {
    world.headerPeer("a", CHAIN);
    world.simulation.sync(HEAD);
    world.simulation.runUntil(() -> world.counters().blocks() > 0, World.SECONDS);
    shouldSitOut(Progress.Phase.FETCHING_BLOCKS);
  }

  @Test
  void shouldWaitForTheStoreWhenItMakesAllOfItLast() {
    world.headerPeer("a", CHAIN);
    world.simulation.sync(HEAD);
    world.simulation.runUntil(() -> world.counters().blocks() == 2_000, World.SECONDS);
    world.simulation.holdStore(true);
    world.pass(World.SECONDS);
    while (!world.isTip(HEAD)) {
      world.simulation.stepStore();
    }
    shouldSitOut(Progress.Phase.FETCHING_BLOCKS);
  }
}
