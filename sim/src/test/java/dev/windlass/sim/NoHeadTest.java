package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress.WaitingReason;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** If no head is known, there is nothing to compare the tip with. */
class NoHeadTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 200, Shape.EMPTY);
  private static final Optional<WaitingReason> NO_HEAD = Optional.of(WaitingReason.NO_HEAD);

  private static Optional<WaitingReason> waiting(World world) {
    return world.simulation.downloader().waiting();
  }

  @Test
  void shouldKnowOfAHeadWhileAFollowedPeerIsThere() {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN);
    world.pass(World.SECONDS);
    assertEquals(NO_HEAD, waiting(world));

    SimulatedPeer peer = world.headerPeer("a", CHAIN);
    // It reported that no peer had the head, although no peer was asked.
    assertEquals(Optional.of(WaitingReason.CHOOSING_HEAD), waiting(world));
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    assertEquals(Optional.empty(), waiting(world));

    world.simulation.disconnect(peer.id());
    world.pass(3_600 * World.SECONDS);
    assertEquals(NO_HEAD, waiting(world));
  }

  @Test
  void shouldKnowOfAHeadOnceAnAnchorIsSyncedWhereNoneAreFollowed() {
    World world = new World(DownloaderLimits.DEFAULT.withoutPeersHeads(), CHAIN);
    SimulatedPeer peer = world.headerPeer("a", CHAIN);
    world.pass(World.SECONDS);
    assertEquals(NO_HEAD, waiting(world));

    world.simulation.sync(CHAIN.hashAt(100));
    world.runTo(CHAIN.hashAt(100), 60 * World.SECONDS);
    assertEquals(Optional.empty(), waiting(world));

    world.simulation.disconnect(peer.id());
    world.pass(World.SECONDS);
    assertEquals(Optional.empty(), waiting(world));
  }

  @Test
  void shouldKnowOfNoneWhenTheOnlyAnchorIsTakenBack() {
    World world = new World(DownloaderLimits.DEFAULT.withoutPeersHeads(), CHAIN);
    world.simulation.sync(CHAIN.hashAt(100));
    world.pass(World.SECONDS);
    assertEquals(Optional.of(WaitingReason.NO_PEERS), waiting(world));

    world.simulation.withdraw(CHAIN.hashAt(100));
    world.pass(World.SECONDS);
    assertEquals(NO_HEAD, waiting(world));
  }
}
