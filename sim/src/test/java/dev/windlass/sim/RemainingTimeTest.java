package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import org.junit.jupiter.api.Test;

/** The remaining time of a sync that is shown. */
class RemainingTimeTest {
  private static final int BLOCKS = 8_000;
  private static final ChainMaker CHAIN = ChainMaker.of(5, BLOCKS, Shape.EMPTY);

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  private Progress.ActiveSync view() {
    return world.simulation.progress().sync().orElseThrow();
  }

  private void runUntilTip(long number) {
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.store().tip().number() >= number,
            world.simulation.now() + 3_600 * World.SECONDS),
        world::story);
  }

  @Test
  void shouldBeWhatTheBlocksThatAreMissingTakeAtTheRateSoFar() {
    // About 110 empty blocks a second, so the line is the bottleneck.
    world.peer("peer", PeerKind.HASH, CHAIN, new PeerTraits(World.MILLIS, 60_000, Fault.NONE));
    world.simulation.sync(CHAIN.head().hash());
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.progress().phase() == Progress.Phase.FETCHING_BLOCKS,
            600 * World.SECONDS),
        world::story);
    assertEquals(-1, view().etaNanos(), "nothing is inserted yet");

    for (int quarter = 1; quarter <= 3; quarter++) {
      runUntilTip(quarter * BLOCKS / 4);
      long eta = view().etaNanos();
      long asked = world.simulation.now();
      long inserted = view().blocksInserted();
      assertEquals(BLOCKS, view().blocksTotal());
      runUntilTip(inserted + (BLOCKS - inserted) / 2);
      long half = world.simulation.now() - asked;
      assertTrue(
          eta > 1.6 * half && eta < 2.4 * half,
          () -> "told " + eta + " ns; half of it took " + half + " ns");
    }
  }
}
