package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A head that is lower than the tip, on another fork. */
class LowerHeadTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 900, Shape.EMPTY);
  private static final ChainMaker FORK = CHAIN.forkAt(800, 5, 10);

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  @BeforeEach
  void syncTheTrunk() {
    world.headerPeer("honest", CHAIN);
    world.simulation.sync(CHAIN.head().hash());
    world.runTo(CHAIN.head().hash(), World.SECONDS);
  }

  private void connectToFork(String name) {
    SimulatedPeer peer =
        new SimulatedPeer(
            PeerId.of(name),
            PeerKind.HEADER,
            FORK,
            PeerTraits.honest(World.MILLIS),
            world.random.split());
    world.simulation.connect(peer, CHAIN.hashAt(0), 0);
  }

  /** Syncs a head whose peer claims no number, so that it may be above the tip. */
  private void syncAtTheWordOf(String name) {
    int before = world.simulation.done().size();
    world.simulation.announce(Announcement.ofPeer(PeerId.of(name), Head.of(FORK.head().hash())));
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.done().size() > before, world.simulation.now() + World.SECONDS),
        world::story);
  }

  @Test
  void shouldKeepTheCanonicalChainWhenAPeersHeadIsLower() {
    connectToFork("liar");
    syncAtTheWordOf("liar");
    assertEquals(CHAIN.head(), world.simulation.store().tip());
    assertEquals(810, world.simulation.store().known(FORK.head().hash()).orElseThrow());
  }

  @Test
  void shouldKeepTheCanonicalChainWhenAPeersLowerHeadIsStoredAlready() {
    connectToFork("liar");
    syncAtTheWordOf("liar");
    // The number of a block that was stored since the start is known.
    world.simulation.restart();
    connectToFork("accomplice");
    syncAtTheWordOf("accomplice");
    assertEquals(CHAIN.head(), world.simulation.store().tip());
  }

  @Test
  void shouldTakeTheLowerHeadWhenTheOperatorNamesIt() {
    connectToFork("other");
    world.simulation.sync(FORK.head().hash());
    world.runTo(FORK.head().hash(), World.SECONDS);
    world.simulation.sync(CHAIN.head().hash());
    world.runTo(CHAIN.head().hash(), World.SECONDS);
  }

  /** A node that returns to a stored branch claims its head in steps. The tip did not move. */
  @Test
  void shouldTakeAPeersHigherHeadThoughItIsStoredAlreadyBesideTheChain() {
    connectToFork("other");
    world.simulation.sync(FORK.head().hash());
    world.runTo(FORK.head().hash(), World.SECONDS);
    long blocks = world.counters().blocks();

    for (long number : new long[] {850, 897}) {
      world.simulation.announce(
          Announcement.ofPeer(PeerId.of("honest"), CHAIN.hashAt(number), number).replacing());
      world.runTo(CHAIN.hashAt(number), World.SECONDS);
    }

    assertEquals(blocks, world.counters().blocks(), "nothing comes twice");
  }

  @Test
  void shouldTakeTheLowerHeadWhenTheOperatorNamesItAfterAPeer() {
    connectToFork("other");
    syncAtTheWordOf("other");
    world.simulation.sync(FORK.head().hash());
    world.runTo(FORK.head().hash(), World.SECONDS);
  }

  @Test
  void shouldTakeTheLowerHeadWhenTheOperatorNamesItWhileAPeersSyncRuns() {
    connectToFork("other");
    world.simulation.announce(Announcement.ofPeer(PeerId.of("other"), Head.of(FORK.head().hash())));
    assertFalse(world.simulation.downloader().isIdle());
    world.simulation.sync(FORK.head().hash());
    world.runTo(FORK.head().hash(), World.SECONDS);
  }
}
