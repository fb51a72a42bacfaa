package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Branches with a difficulty, of which the total difficulty decides unless an operator does. */
class EqualWeightTest {
  private static final ChainMaker TRUNK = ChainMaker.of(1, 300, Shape.EMPTY);

  /** As heavy as the first 120 blocks of the other branch. */
  private static final ChainMaker LOW = TRUNK.forkAt(200, 5, 100, 120_000);

  private static final ChainMaker HIGH = TRUNK.forkAt(200, 6, 130, 100_000);
  private static final ChainMaker EQUAL = HIGH.upTo(320);
  private static final BigInteger HUGE = BigInteger.TEN.pow(30);

  private final World world = new World(DownloaderLimits.DEFAULT, TRUNK);

  private static BigInteger weight(ChainMaker chain) {
    return chain.totalDifficulty(chain.head().number());
  }

  private void connect(String name, PeerKind kind, ChainMaker chain, BigInteger claimed) {
    connect(name, kind, chain, said(name, chain, claimed));
  }

  private void connect(String name, PeerKind kind, ChainMaker chain, Announcement said) {
    SimulatedPeer peer =
        new SimulatedPeer(
            PeerId.of(name), kind, chain, PeerTraits.honest(World.MILLIS), world.random.split());
    world.simulation.connect(peer, said, true);
  }

  private static Announcement said(String name, ChainMaker chain, BigInteger claimed) {
    BlockId head = chain.head();
    return Announcement.ofPeer(
        PeerId.of(name), new Head(head.hash(), head.number(), Optional.of(claimed)));
  }

  private void passUntilStored(ChainMaker chain) {
    boolean isStored =
        world.simulation.runUntil(
            () -> world.isIdle() && world.simulation.store().known(chain.head().hash()).isPresent(),
            world.simulation.now() + 60 * World.SECONDS);
    assertTrue(isStored, world::story);
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldKeepTheFirstOfTwoHeadsOfEqualTotalDifficulty(PeerKind kind) {
    assertEquals(weight(LOW), weight(EQUAL));
    connect("first", kind, LOW, weight(LOW));
    world.runTo(LOW.head().hash(), 20 * World.SECONDS);
    connect("second", kind, EQUAL, weight(EQUAL));
    passUntilStored(EQUAL);
    assertEquals(LOW.head(), world.simulation.store().tip());

    world.simulation.restart();
    world.pass(60 * World.SECONDS);
    assertEquals(LOW.head(), world.simulation.store().tip(), "it is stored already");

    ChainMaker more = HIGH.upTo(321);
    connect("third", kind, more, weight(more));
    world.runTo(more.head().hash(), 60 * World.SECONDS);
  }

  @Test
  void shouldTakeALowerHeadThatIsHeavier() {
    ChainMaker light = HIGH.upTo(319);
    connect("first", PeerKind.HEADER, light, weight(light));
    world.runTo(light.head().hash(), 20 * World.SECONDS);
    connect("second", PeerKind.HEADER, LOW, weight(LOW));
    world.runTo(LOW.head().hash(), 60 * World.SECONDS);
  }

  @Test
  void shouldWeighTheHeadersAndNotTheClaim() {
    connect("first", PeerKind.HEADER, EQUAL, weight(EQUAL));
    world.runTo(EQUAL.head().hash(), 20 * World.SECONDS);
    connect("boaster", PeerKind.HEADER, LOW, HUGE);
    passUntilStored(LOW);
    world.pass(60 * World.SECONDS);
    assertEquals(EQUAL.head(), world.simulation.store().tip());
  }

  @Test
  void shouldTakeTheAnchorOfAnOperatorThoughItIsLighter() {
    connect("first", PeerKind.HEADER, LOW, weight(LOW));
    world.runTo(LOW.head().hash(), 20 * World.SECONDS);
    ChainMaker light = HIGH.upTo(250);
    connect("second", PeerKind.HEADER, light, weight(light));
    world.simulation.sync(light.head().hash());
    world.runTo(light.head().hash(), 60 * World.SECONDS);
    world.simulation.sync(LOW.hashAt(230));
    world.runTo(LOW.hashAt(230), 60 * World.SECONDS);
  }

  /** The node has set its head back. No followed node claims the tip any more. */
  @Test
  void shouldStayOnTheHeavierBranchWhenItsNodeLeavesIt() {
    connect("only", PeerKind.HEADER, LOW, weight(LOW));
    world.runTo(LOW.head().hash(), 20 * World.SECONDS);
    world.simulation.disconnect(PeerId.of("only"));
    ChainMaker light = HIGH.upTo(250);
    ChainMaker before = HIGH.upTo(249);
    connect("only", PeerKind.HEADER, light, said("only", before, weight(before)));
    world.simulation.announce(said("only", light, weight(light)).replacing());
    passUntilStored(light);
    assertEquals(LOW.head(), world.simulation.store().tip());
  }

  @Test
  void shouldFollowANodeToALowerHeadWithoutDifficulty() {
    ChainMaker merged = ChainMaker.of(1, 60, new Shape(0, 0, 17));
    ChainMaker lower = merged.forkAt(30, 5, 20);
    BlockId head = lower.block(49).id();
    World after = new World(DownloaderLimits.DEFAULT, merged);
    SimulatedPeer only = after.headerPeer("only", merged);
    after.runTo(merged.head().hash(), 20 * World.SECONDS);
    after.simulation.disconnect(only.id());
    after.headerPeer("only", lower);
    after.simulation.announce(
        Announcement.ofPeer(only.id(), head.hash(), head.number()).replacing());
    after.runTo(head.hash(), 60 * World.SECONDS);
  }
}
