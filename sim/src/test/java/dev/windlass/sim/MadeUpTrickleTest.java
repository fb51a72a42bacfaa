package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A fabricated chain that arrives header by header, without an operator's anchor. */
class MadeUpTrickleTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final ChainMaker MADE_UP = CHAIN.forkAt(0, 9, 3_000);

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  private void startTrickle(long everyNanos) {
    SimulatedPeer trickling =
        new SimulatedPeer(
            PeerId.of("trickling"),
            PeerKind.HEADER,
            MADE_UP,
            new Trickle(Repertoire.of(MADE_UP), 1),
            PeerTraits.honest(everyNanos),
            world.random.split());
    world.simulation.connect(trickling, CHAIN.hashAt(0), 0);
    world.simulation.announce(
        Announcement.ofPeer(trickling.id(), MADE_UP.head().hash(), MADE_UP.head().number()));
  }

  @ParameterizedTest
  @ValueSource(longs = {2_000, 4_000})
  void shouldEndASyncThatBringsNextToNothing(long everyMillis) {
    startTrickle(everyMillis * World.MILLIS);
    world.pass(20 * World.SECONDS);
    world.headerPeer("honest", CHAIN);
    world.runTo(CHAIN.head().hash(), 300 * World.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldEndItForHonestNodesOfEitherKind(PeerKind kind) {
    startTrickle(4 * World.SECONDS);
    world.pass(20 * World.SECONDS);
    world.peer("honest", kind, CHAIN, PeerTraits.honest(World.MILLIS));
    world.runTo(CHAIN.head().hash(), 300 * World.SECONDS);
  }

  /** Starts a chain that arrives fast enough, and never ends. */
  private void startPace() {
    ChainMaker endless = ChainMaker.onDemand(3, 200_000, Shape.EMPTY);
    world.simulation.connect(
        new SimulatedPeer(
            PeerId.of("liar"),
            PeerKind.HEADER,
            endless,
            new Trickle(Repertoire.of(endless), 30),
            PeerTraits.honest(2 * World.SECONDS),
            world.random.split()));
    world.pass(World.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldTakeTurnsWithOneThatKeepsThePace(PeerKind kind) {
    startPace();
    world.peer("honest", kind, CHAIN, PeerTraits.honest(World.MILLIS));
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
  }

  @Test
  void shouldReachAHeadThatTakesManyTurns() {
    startPace();
    // Some 100 s of blocks.
    PeerTraits thin = new PeerTraits(World.MILLIS, 20_000, Fault.NONE);
    world.peer("honest", PeerKind.HEADER, CHAIN, thin);
    world.runTo(CHAIN.head().hash(), 600 * World.SECONDS);
  }

  @Test
  void shouldFollowBesideOneThatKeepsThePace() {
    startPace();
    PeerId honest = PeerId.of("honest");
    NodeChain has = new NodeChain(CHAIN, Range.ALL);
    PeerTraits traits = PeerTraits.honest(World.MILLIS);
    world.simulation.connect(
        new SimulatedPeer(honest, PeerKind.HEADER, CHAIN, has, traits, world.random.split()));
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    ChainMaker grown = CHAIN;
    for (int i = 1; i <= 20; i++) {
      grown = grown.forkAt(grown.head().number(), 100 + i, 1);
      has.set(grown);
      BlockId head = grown.head();
      world.simulation.announce(Announcement.ofPeer(honest, head.hash(), head.number()));
      world.runTo(head.hash(), world.simulation.now() + 12 * World.SECONDS);
    }
  }

  /** Two heads of one chain take turns on one thin line. Almost nothing is fetched twice. */
  @Test
  void shouldFetchNothingTwiceForATurn() {
    ChainMaker chain = ChainMaker.of(1, 12_000, Shape.EMPTY);
    World world = new World(DownloaderLimits.DEFAULT, chain);
    ReceivedOnce received = new ReceivedOnce(world.simulation, chain);
    // The few blocks at which the two meet are fetched twice.
    received.excuse();
    world.simulation.watch(received);
    PeerTraits thin = new PeerTraits(50 * World.MILLIS, 100_000, Fault.NONE);
    ChainMaker lower = chain.upTo(chain.head().number() - 1);
    NodeChain has = new NodeChain(lower, new Range(11_999, 11_999, false, false));
    world.simulation.connect(
        new SimulatedPeer(
            PeerId.of("behind"), PeerKind.HEADER, lower, has, thin, world.random.split()));
    world.peer("ahead", PeerKind.HEADER, chain, thin);

    world.runTo(chain.head().hash(), 600 * World.SECONDS);

    long all = 0;
    for (long number = 1; number <= chain.head().number(); number++) {
      all += chain.rawBlock(number).length;
    }
    long bytes = received.bytes();
    long most = all + all / 20;
    assertTrue(bytes < most, () -> bytes + " bytes, at most " + most);
    assertEquals(0, world.simulation.progress().counters().refetched());
    assertTrue(world.simulation.progress().counters().syncs() > 2, "each had a turn");
  }
}
