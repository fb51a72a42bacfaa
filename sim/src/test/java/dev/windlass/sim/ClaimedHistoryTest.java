package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.History;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Heads that nodes claim, with a limited history. */
class ClaimedHistoryTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.SIGNED);
  private static final DownloaderLimits LIMITS =
      DownloaderLimits.DEFAULT.with(limits -> limits.history = History.blocks(300));

  private final World world = new World(LIMITS, CHAIN);

  private void connect(String name, ChainMaker chain, Range range) {
    PeerTraits traits = PeerTraits.honest(World.MILLIS);
    world.simulation.connect(
        new SimulatedPeer(
            PeerId.of(name),
            PeerKind.HEADER,
            chain,
            new NodeChain(chain, range),
            traits,
            world.random.split()));
  }

  @Test
  void shouldFollowAHeadFromItsFloorOn() {
    connect("node", CHAIN, Range.ALL);
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    world.pass(World.SECONDS);
    assertEquals(1_701, world.simulation.store().root().number());
    assertEquals(0, world.simulation.store().gaps().size());
    assertEquals(300, world.counters().blocks());
    assertEquals(300, world.counters().hashes());
  }

  /** A chain without bodies must not decide where the history begins. */
  @Test
  void shouldNotBeginWithAChainWhoseBodiesNoNodeServes() {
    ChainMaker bodiless = CHAIN.forkAt(100, 77, 3_000);
    connect("bodiless", bodiless, new Range(0, bodiless.head().number() + 1, true, false));
    world.pass(60 * World.SECONDS);
    assertEquals(CHAIN.genesis(), world.simulation.store().tip());
    connect("node", CHAIN, Range.ALL);
    world.runTo(CHAIN.head().hash(), 600 * World.SECONDS);
    world.pass(World.SECONDS);
    assertEquals(CHAIN.hashAt(1_701), world.simulation.store().root().hash());
    assertEquals(0, world.simulation.store().gaps().size());
  }

  /** Only few nodes have old blocks. The newest are stored meanwhile. */
  @Test
  void shouldFollowHeadsWhileNoNodeServesTheBlocksBelow() {
    connect("pruned", CHAIN, new Range(1_500, 1_500, true, false));
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    world.pass(World.SECONDS);
    Simulation more =
        new Simulation(
            LIMITS.with(limits -> limits.history = History.ALL),
            world.simulation.store(),
            world.random.split());
    PeerTraits traits = PeerTraits.honest(World.MILLIS);
    NodeChain recent = new NodeChain(CHAIN, new Range(1_500, 1_500, true, false));
    more.connect(
        new SimulatedPeer(
            PeerId.of("pruned"), PeerKind.HEADER, CHAIN, recent, traits, world.random.split()));
    more.runUntil(() -> false, 300 * World.SECONDS);
    assertEquals(Map.of(), more.dropped());
    assertEquals(1_500, more.store().root().number());
    assertEquals(0, more.store().gaps().size());
    more.connect(
        new SimulatedPeer(
            PeerId.of("archive"), PeerKind.HEADER, CHAIN, traits, world.random.split()));
    boolean isAllThere =
        more.runUntil(
            () -> more.store().root().number() == 0 && more.store().gaps().isEmpty(),
            more.now() + 600 * World.SECONDS);
    assertTrue(isAllThere, () -> more.store().root() + " " + more.store().gaps());
    assertEquals(1_700, more.progress().counters().blocks());
  }
}
