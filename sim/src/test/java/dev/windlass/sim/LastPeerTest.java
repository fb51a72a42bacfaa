package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress.WaitingReason;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The only peer disconnects while blocks wait behind a missing one. */
class LastPeerTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 6_000, Shape.SIGNED);

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  private void syncUntilBlocksWaitBehindAGap() {
    SimulatedPeer peer =
        world.peer("a", PeerKind.HEADER, CHAIN, PeerTraits.faulty(World.MILLIS, Fault.PARTIAL));
    world.simulation.sync(CHAIN.head().hash());
    assertTrue(
        world.simulation.runUntil(
            () ->
                world.simulation.downloader().holdings().bufferedBlocks() > 20
                    && !world.simulation.isStoreWorking(),
            world.simulation.now() + 60 * World.SECONDS),
        world::story);
    world.simulation.disconnect(peer.id());
  }

  @Test
  void shouldKeepWhatIsProvenUntilAnotherPeerComes() {
    syncUntilBlocksWaitBehindAGap();
    world.pass(30 * World.SECONDS);
    assertTrue(world.simulation.downloader().holdings().bufferedBlocks() > 0, world::story);
    assertEquals(Optional.of(WaitingReason.NO_PEERS), world.simulation.downloader().waiting());

    world.headerPeer("b", CHAIN);
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    assertEquals(CHAIN.head().number(), world.counters().blocks());
    assertEquals(0, world.counters().refetched());
  }

  @Test
  void shouldGiveUpAfterTheDeadlineAndGoOnWhenSomebodyComes() {
    syncUntilBlocksWaitBehindAGap();
    world.pass(DownloaderLimits.DEFAULT.progressDeadlineNanos() + 30 * World.SECONDS);
    assertEquals(0, world.simulation.downloader().holdings().bufferedBlocks());

    world.headerPeer("b", CHAIN);
    world.pass(100 * World.SECONDS);
    assertEquals(CHAIN.head(), world.simulation.store().tip());
  }
}
