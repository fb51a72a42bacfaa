package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import org.junit.jupiter.api.Test;

/** An operator's anchor against heads that peers announce. */
class OperatorsTurnTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final ChainMaker MADE_UP = CHAIN.forkAt(0, 9, 3_000);
  private static final Hash HEAD = CHAIN.head().hash();

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  /** Announces a chain that arrives at one header every two seconds. */
  private void startCrawl() {
    SimulatedPeer crawling =
        new SimulatedPeer(
            PeerId.of("crawling"),
            PeerKind.HEADER,
            MADE_UP,
            new Trickle(Repertoire.of(MADE_UP), 1),
            PeerTraits.honest(2 * World.SECONDS),
            world.random.split());
    world.simulation.connect(crawling, CHAIN.hashAt(0), 0);
    world.simulation.announce(
        Announcement.ofPeer(crawling.id(), MADE_UP.head().hash(), MADE_UP.head().number()));
  }

  @Test
  void shouldNotWaitForEverWhenAPeersChainIsEndless() {
    startCrawl();
    world.headerPeer("honest", CHAIN);
    world.pass(World.SECONDS);
    world.simulation.sync(HEAD);
    world.pass(58 * World.SECONDS);
    assertTrue(world.simulation.failures().isEmpty(), "a peer's sync has its time");
    // It gives way after a minute, and may take another one to wind down.
    world.simulation.runUntil(() -> world.isTip(HEAD), 130 * World.SECONDS);
    assertTrue(world.isTip(HEAD), world::story);
    assertEquals(1, world.simulation.failures().size());
    assertTrue(world.simulation.dropped().isEmpty());
  }

  /** Such a sync always had some progress, so it went on for ever and no other head had a turn. */
  @Test
  void shouldEndWhatMovesTooLittleAndFollowTheOtherHead() {
    startCrawl();
    world.pass(DownloaderLimits.DEFAULT.progressDeadlineNanos() - World.SECONDS);
    assertTrue(world.simulation.failures().isEmpty(), world::story);
    SimulatedPeer honest = world.join("honest", PeerKind.HEADER, Repertoire.of(CHAIN));
    world.simulation.announce(Announcement.ofPeer(honest.id(), HEAD, 2_000));
    world.runTo(HEAD, 5 * World.SECONDS);
    assertEquals(SyncError.TIMEOUT, world.simulation.failures().get(0).error());
  }

  /**
   * A connection that broke every few seconds cost a back-off of ten seconds after three of work.
   */
  @Test
  void shouldGoOnAtOnceWhenTheLastPeerComesBack() {
    SimulatedPeer peer = world.headerPeer("before", CHAIN);
    world.simulation.sync(HEAD);
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.downloader().holdings().bufferedBlocks() > 0, World.SECONDS));
    world.simulation.disconnect(peer.id());
    world.pass(World.SECONDS);
    assertEquals(SyncError.NO_PEERS, world.simulation.failures().get(0).error());
    assertEquals(1, world.simulation.failures().size(), "nothing is tried without a peer");

    world.headerPeer("after", CHAIN);
    world.runTo(HEAD, World.SECONDS);

    assertEquals(1, world.simulation.failures().size());
  }
}
