package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.DrivenCore;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import dev.windlass.store.MemoryBlockStore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whole dialogues with peers, line by line. */
class GoldenDialogueTest {
  private static final int HEAD = 12;
  private static final ChainMaker TRUNK = ChainMaker.of(1, HEAD, Shape.SIGNED);
  private static final ChainMaker FORK = TRUNK.forkAt(5, 2, 6);

  /** Requests of four blocks or six headers, so that a short chain needs several. */
  private static final DownloaderLimits SMALL = World.quiet(DrivenCore.LIMITS);

  private World world = new World(SMALL, TRUNK);

  private void assertToldAs(String name) {
    new Dialogue().naming("trunk", TRUNK).naming("fork", FORK).compare(name, world.simulation);
  }

  private SimulatedPeer peer(
      String name, ChainMaker chain, long latencyNanos, Repertoire repertoire) {
    PeerTraits traits = PeerTraits.honest(latencyNanos);
    SimulatedPeer peer =
        new SimulatedPeer(
            PeerId.of(name), PeerKind.HEADER, chain, repertoire, traits, world.random.split());
    world.simulation.connect(peer);
    return peer;
  }

  private void syncTo(ChainMaker chain) {
    world.simulation.sync(chain.head().hash());
    world.runTo(chain.head().hash(), 60 * World.SECONDS);
  }

  private static MemoryBlockStore storeUpTo(long number) {
    MemoryBlockStore store = new MemoryBlockStore(TRUNK.block(0));
    List<Block> blocks = new ArrayList<>();
    for (long n = 1; n <= number; n++) {
      blocks.add(TRUNK.block(n));
    }
    store.insert(blocks, true);
    return store;
  }

  @Test
  void shouldSyncByHeadersFromOnePeer() {
    world.headerPeer("a", TRUNK);
    syncTo(TRUNK);
    assertToldAs("headers-from-one-peer");
  }

  @Test
  void shouldSyncByHashesAndCrossCheckALinkOfEachBatch() {
    SimulatedPeer lister = world.join("lister", TRUNK, PeerTraits.honest(World.MILLIS));
    world.hashPeer("witness", TRUNK);
    assertTrue(world.sync(lister).isEmpty(), world::story);
    assertTrue(world.counters().crossChecksPassed() > 0);
    assertToldAs("hashes-with-cross-checks");
  }

  @Test
  void shouldBanAPeerThatFabricatesBodies() {
    Repertoire honest = Repertoire.of(TRUNK);
    peer(
        "liar",
        TRUNK,
        World.MILLIS,
        new Repertoire() {
          @Override
          public List<byte[]> headers(HeaderQuery query) {
            return honest.headers(query);
          }

          /** Bodies of other blocks. */
          @Override
          public List<byte[]> bodies(List<BlockHeader> headers) {
            return headers.stream().map(header -> FORK.rawBody(FORK.head().number())).toList();
          }
        });
    world.headerPeer("honest", TRUNK);
    syncTo(TRUNK);
    assertEquals(List.of(PeerId.of("liar")), List.copyOf(world.simulation.banned().keySet()));
    assertToldAs("fabricated-bodies");
  }

  @Test
  void shouldAskAnotherPeerForWhatIsLate() {
    world.headerPeer("quick", TRUNK);
    world.simulation.at(
        5 * World.MILLIS, () -> peer("slow", TRUNK, 700 * World.MILLIS, Repertoire.of(TRUNK)));
    syncTo(TRUNK);
    world.pass(World.SECONDS);
    assertEquals(0, world.counters().timeouts());
    assertEquals(Map.of(), world.simulation.dropped());
    assertToldAs("late-answer-is-hedged");
  }

  @Test
  void shouldLeaveAGapWhereAPrunedPeerHasNoBodies() {
    peer("pruned", TRUNK, World.MILLIS, new NodeChain(TRUNK, new Range(0, 9, true, false)));
    syncTo(TRUNK);
    assertEquals(List.of(new Gap(1, TRUNK.block(8).id())), world.simulation.store().gaps());
    assertToldAs("pruned-peer-leaves-a-gap");
  }

  @Test
  void shouldGoOnAfterAKill() {
    world.headerPeer("a", TRUNK);
    world.simulation.sync(TRUNK.head().hash());
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.store().tip().number() >= 4, 60 * World.SECONDS));
    world.simulation.restart();
    syncTo(TRUNK);
    assertToldAs("kill-and-restart");
  }

  @Test
  void shouldTakeAnAnnouncedBlockWhole() {
    world = new World(SMALL, TRUNK, storeUpTo(10), 1);
    SimulatedPeer peer = world.headerPeer("a", TRUNK.upTo(10));
    for (long number = 11; number <= HEAD; number++) {
      Block block = TRUNK.block(number);
      Head head = Head.of(block, BigInteger.valueOf(number));
      world.simulation.announce(Announcement.ofPeer(peer.id(), head), block);
    }
    world.runTo(TRUNK.head().hash(), World.SECONDS);
    assertEquals(0, world.counters().hashes());
    assertToldAs("announced-blocks");
  }

  @Test
  void shouldFetchTheParentOfAnnouncedBlocks() {
    world = new World(SMALL, TRUNK, storeUpTo(8), 1);
    NodeChain has = new NodeChain(TRUNK.upTo(8), Range.ALL);
    SimulatedPeer peer = peer("a", has.chain(), World.MILLIS, has);
    has.set(TRUNK);
    for (long number : new long[] {HEAD, HEAD - 1}) {
      Block block = TRUNK.block(number);
      Head head = Head.of(block, BigInteger.valueOf(number));
      world.simulation.announce(Announcement.ofPeer(peer.id(), head), block);
    }
    world.runTo(TRUNK.head().hash(), World.SECONDS);
    assertToldAs("parent-of-announced-blocks");
  }

  @Test
  void shouldFollowAPeerToALongerBranch() {
    world = new World(SMALL, TRUNK, storeUpTo(8), 1);
    NodeChain has = new NodeChain(TRUNK.upTo(8), Range.ALL);
    SimulatedPeer peer = peer("a", has.chain(), World.MILLIS, has);
    world.pass(World.SECONDS);
    has.set(FORK);
    assertTrue(world.sync(peer, FORK.head().hash()).isEmpty(), world::story);
    assertTrue(world.isTip(FORK.head().hash()));
    assertToldAs("reorg-while-following");
  }
}
