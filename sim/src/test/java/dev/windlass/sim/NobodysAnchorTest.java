package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator names an anchor that no peer has, while a peer's head is followed. */
class NobodysAnchorTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 9_000, Shape.EMPTY);
  private static final Hash NOBODYS = Forgery.hashes(1, 1).get(0);

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  private SimulatedPeer follower(NodeChain has) {
    PeerTraits traits = PeerTraits.honest(World.MILLIS);
    return new SimulatedPeer(
        PeerId.of("named"), PeerKind.HEADER, CHAIN, has, traits, world.random.split());
  }

  @Test
  void shouldFollowEveryBlockThatIsAnnouncedThoughAnAnchorIsTriedInVain() {
    NodeChain has = new NodeChain(CHAIN.upTo(100), NodeChain.Range.ALL);
    SimulatedPeer peer = follower(has);
    world.simulation.connect(peer, CHAIN.hashAt(100), 100);
    world.runTo(CHAIN.hashAt(100), 60 * World.SECONDS);
    world.simulation.sync(NOBODYS);
    for (long number = 101; number <= 400; number++) {
      has.set(CHAIN.upTo(number));
      world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(number), number));
      world.pass(World.SECONDS);
    }
    world.pass(10 * World.SECONDS);
    assertEquals(CHAIN.hashAt(400), world.simulation.store().tip().hash(), world::story);
  }

  /** The node claims its head when it connects, and announces nothing. */
  @Test
  void shouldFollowANodeThatComesAgainThoughAnAnchorIsTriedInVain() {
    world.simulation.sync(NOBODYS);
    NodeChain has = new NodeChain(CHAIN.upTo(100), NodeChain.Range.ALL);
    for (long number = 100; number <= 400; number += 60) {
      has.set(CHAIN.upTo(number));
      world.simulation.connect(follower(has), CHAIN.hashAt(number), number);
      world.pass(60 * World.SECONDS);
      assertEquals(CHAIN.hashAt(number), world.simulation.store().tip().hash(), world::story);
      world.simulation.disconnect(PeerId.of("named"));
    }
  }

  /** Nine thousand single blocks take nine minutes. The turn of an anchor comes after one. */
  @Test
  void shouldKeepWhatAPeersSyncHasReachedWhenAnAnchorHasItsTurn() {
    SimulatedPeer slow =
        new SimulatedPeer(
            PeerId.of("named"),
            PeerKind.HEADER,
            CHAIN,
            new Trickle(Repertoire.of(CHAIN), 20),
            PeerTraits.honest(300 * World.MILLIS),
            world.random.split());
    world.simulation.connect(slow);
    world.pass(20 * World.SECONDS);
    world.simulation.sync(NOBODYS);
    world.runTo(CHAIN.head().hash(), 1_200 * World.SECONDS);
    assertEquals(0, world.counters().refetched());
    assertTrue(world.counters().bytes() < 12 * CHAIN.head().number() * 53, world::story);
  }

  /** Bytes that drip in prove nothing about the anchor. Seed 9875 of the worlds found this. */
  @Test
  void shouldFollowThoughAnAnswerAboutTheAnchorIsNeverWhole() {
    PeerTraits drawling = PeerTraits.faulty(World.MILLIS, Fault.DRAWLING);
    world.peer("drawling", PeerKind.HEADER, CHAIN, drawling);
    world.simulation.sync(NOBODYS);
    world.pass(World.SECONDS);
    NodeChain has = new NodeChain(CHAIN.upTo(400), NodeChain.Range.ALL);
    world.simulation.connect(follower(has), CHAIN.hashAt(400), 400);
    // The anchor, the head that the other peer claims, and the anchor again stall one by one.
    long stalls = 3 * DownloaderLimits.DEFAULT.progressDeadlineNanos();
    world.runTo(CHAIN.hashAt(400), stalls + 20 * World.SECONDS);
  }

  @Test
  void shouldTryAnAnchorNoMoreWhenItIsWithdrawn() {
    world.headerPeer("named", CHAIN);
    world.simulation.sync(NOBODYS);
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    world.simulation.withdraw(NOBODYS);
    world.pass(World.SECONDS);
    List<Simulation.Failure> before = List.copyOf(world.simulation.failures());
    world.pass(600 * World.SECONDS);
    assertEquals(before, world.simulation.failures());
  }
}
