package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.queue.QueueLimits;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rows of the 2015 test table without attacks, with its sizes and limits, in virtual time.
 *
 * <p>C is the 2015 window of 1024 blocks. The attacks are in {@link Attack2015Test} and {@link
 * BannedChain2015Test}.
 */
class Table2015Test {
  private static final int C = 1_024;
  private static final ChainMaker LONG = ChainMaker.of(15, 16 * C - 15, Shape.EMPTY);
  private static final ChainMaker CHAIN = LONG.upTo(C - 15);

  @Test
  @DisplayName("row 1: Synchronisation")
  void shouldSyncEverythingWhenOnePeerHasIt() {
    World world = World.of2015(CHAIN);
    SimulatedPeer peer = world.join("peer", CHAIN, PeerTraits.honest(World.MILLIS));
    assertEquals(Optional.empty(), world.sync(peer));
    assertEquals(CHAIN.head(), world.simulation.store().tip());
    assertEquals(Optional.empty(), Invariants.stored(world.simulation, CHAIN));
    assertEquals(C - 15, world.simulation.done().get(0).blocks());
    assertTrue(world.simulation.dropped().isEmpty());
  }

  @Test
  @DisplayName("row 2: InactiveDownloader")
  void shouldRefuseDeliveriesWhenNoSyncRuns() {
    World world = World.of2015(CHAIN);
    SimulatedPeer peer = world.join("peer", CHAIN, PeerTraits.honest(World.MILLIS));
    Delivery<Hash> hashes = Delivery.of(Verdict.COMPLETE, List.of(CHAIN.hashAt(1)), 33);
    Delivery<Block> blocks = Delivery.of(Verdict.COMPLETE, List.of(CHAIN.block(1)), 500);
    Question<Hash> askedHashes = new Question.Hashes(CHAIN.hashAt(2), 1);
    Question<Block> askedBlocks = new Question.Blocks(List.of(CHAIN.hashAt(1)));
    world.simulation.tell(core -> core.onDelivery(peer.id(), 1, askedHashes, hashes, 0));
    world.simulation.tell(core -> core.onDelivery(peer.id(), 1, askedBlocks, blocks, 0));
    assertEquals(
        List.of(SyncError.NO_SYNC_ACTIVE, SyncError.NO_SYNC_ACTIVE),
        world.simulation.refusedDeliveries());
    assertTrue(world.simulation.dropped().isEmpty());
  }

  @Test
  @DisplayName("row 3: Cancel")
  void shouldHoldNothingWhenCancelled() {
    World world = World.of2015(CHAIN);
    world.simulation.cancel();
    assertEmpty(world.simulation.downloader());
    SimulatedPeer peer = world.join("peer", CHAIN, PeerTraits.honest(World.MILLIS));
    assertEquals(Optional.empty(), world.sync(peer));
    world.simulation.cancel();
    assertEmpty(world.simulation.downloader());
    assertTrue(world.simulation.failures().isEmpty());
  }

  @Test
  @DisplayName("row 3: Cancel in the middle of either phase, which drops no peer")
  void shouldHoldNothingWhenCancelledInTheMiddle() {
    World world = World.of2015(CHAIN);
    SimulatedPeer peer = world.join("peer", CHAIN, PeerTraits.honest(World.MILLIS));
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.head().hash(), -1));
    assertTrue(
        cancelWhen(world, () -> world.simulation.downloader().holdings().inFlightRequests() > 0));
    assertEquals(SyncError.CANCEL_HASH_FETCH, world.simulation.failures().get(0).error());
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(1_000), -1));
    assertTrue(cancelWhen(world, () -> world.simulation.store().tip().number() > 300));
    assertEquals(SyncError.CANCEL_BLOCK_FETCH, world.simulation.failures().get(1).error());
    assertTrue(world.simulation.dropped().isEmpty());
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(1_001), -1));
    world.runTo(CHAIN.hashAt(1_001), 60 * World.SECONDS);
  }

  private static boolean cancelWhen(World world, BooleanSupplier condition) {
    boolean came =
        world.simulation.runUntil(condition, world.simulation.now() + 60 * World.SECONDS);
    world.simulation.cancel();
    assertEmpty(world.simulation.downloader());
    assertTrue(world.simulation.downloader().isIdle());
    return came;
  }

  private static void assertEmpty(Downloader core) {
    assertEquals(0, core.holdings().missingBlocks());
    assertEquals(0, core.holdings().bufferedBlocks());
    assertEquals(0, core.holdings().bufferedBytes());
  }

  @Test
  @DisplayName("row 4: Throttling")
  void shouldFillTheWindowExactlyWhenTheStoreStands() {
    ChainMaker chain = LONG.upTo(8 * C);
    World world = World.of2015(chain);
    Simulation simulation = world.simulation;
    SimulatedPeer peer = world.join("peer", chain, PeerTraits.honest(World.MILLIS));
    simulation.announce(Announcement.ofPeer(peer.id(), chain.head().hash(), -1));
    Downloader core = simulation.downloader();
    assertTrue(
        simulation.runUntil(
            () -> core.holdings().bufferedBlocks() > 0, simulation.now() + World.SECONDS * 60),
        world::story);
    simulation.holdStore(true);
    int rounds = 0;
    while (simulation.store().tip().number() < 8 * C) {
      boolean isFull =
          simulation.runUntil(
              () -> core.holdings().bufferedBlocks() == due(world),
              simulation.now() + 3 * World.SECONDS);
      assertTrue(isFull, world::story);
      world.pass(25 * World.MILLIS);
      assertEquals(due(world), core.holdings().bufferedBlocks());
      assertEquals(0, core.holdings().inFlightRequests());
      long tip = simulation.store().tip().number();
      while (simulation.store().tip().number() == tip) {
        simulation.stepStore();
      }
      rounds++;
    }
    simulation.holdStore(false);
    world.runTo(chain.head().hash(), World.SECONDS);
    assertTrue(rounds >= 8 * C / 256 - 10, rounds + " rounds");
    assertEquals(0, world.counters().refetched());
    assertEquals(8 * C, world.counters().blocks());
    assertTrue(simulation.failures().isEmpty());
  }

  /** A full window, or the rest of the chain above the blocks with the processor. */
  private static int due(World world) {
    Downloader core = world.simulation.downloader();
    return Math.min(C, core.holdings().bufferedBlocks() + core.holdings().missingBlocks());
  }

  @Test
  @DisplayName("row 5: MultiSynchronisation")
  void shouldSyncExactlyThePeersChainWhenSixteenArePresent() {
    World world = World.of2015(LONG);
    List<SimulatedPeer> peers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      ChainMaker chain = LONG.upTo(LONG.head().number() - (long) i * C);
      peers.add(world.join("peer" + i, chain, PeerTraits.honest(World.MILLIS)));
    }
    assertEquals(Optional.empty(), world.sync(peers.get(8)));
    assertEquals(peers.get(8).chain().head(), world.simulation.store().tip());
    assertEquals(16 * C - 15 - 8 * C, world.simulation.done().get(0).blocks());
    assertEquals(Optional.empty(), world.sync(peers.get(0)));
    assertEquals(LONG.head(), world.simulation.store().tip());
    assertEquals(8 * C, world.simulation.done().get(1).blocks());
    assertEquals(Optional.empty(), Invariants.stored(world.simulation, LONG));
    assertTrue(world.simulation.dropped().isEmpty());
  }

  /**
   * Each cross-check asks a witness, here the slow peer. Hedging compensates that, so a block may
   * be requested twice. 2015 had no hedging.
   */
  @Test
  @DisplayName("row 6: SlowSynchronisation")
  void shouldSyncInThreeSlowRoundTripsWhenOnePeerIsSlow() {
    ChainMaker chain = LONG.upTo(2 * C - 15);
    QueueLimits hedging = QueueLimits.OF_2015.with(queue -> queue.copiesMax = 3);
    DownloaderLimits limits = DownloaderLimits.OF_2015.with(all -> all.queue = hedging);
    World world = new World(World.quiet(limits), chain);
    SimulatedPeer fast = world.join("fast", chain, PeerTraits.honest(0));
    world.join("slow", chain, PeerTraits.honest(World.SECONDS));
    assertEquals(Optional.empty(), world.sync(fast));
    assertEquals(chain.head(), world.simulation.store().tip());
    assertTrue(world.simulation.now() < 3 * World.SECONDS, world::story);
  }

  @Test
  @DisplayName("row 16: OverlappingDeliveryAttack")
  void shouldSyncEverythingWhenEveryReplyHasAnUnrequestedBlock() {
    ChainMaker chain = LONG.upTo(C - 23);
    World world = World.of2015(chain);
    SimulatedPeer peer =
        world.join("attack", chain, PeerTraits.faulty(World.MILLIS, Fault.OVERLAPPING));
    assertEquals(Optional.empty(), world.sync(peer));
    assertEquals(chain.head(), world.simulation.store().tip());
    assertEquals(Optional.empty(), Invariants.stored(world.simulation, chain));
    assertTrue(world.simulation.now() < World.SECONDS);
    assertTrue(world.simulation.dropped().isEmpty());
    assertTrue(world.simulation.banned().isEmpty());
  }

  @Test
  @DisplayName("row 17: a head of a peer that is not there is refused as unknown peer")
  void shouldRefuseTheHeadWhenItsPeerIsUnknown() {
    World world = World.of2015(CHAIN);
    Hash head = CHAIN.head().hash();
    world.simulation.announce(Announcement.ofPeer(PeerId.of("nobody"), head, -1));
    assertEquals(SyncError.UNKNOWN_PEER, world.simulation.refusedHeads().get(head));
    assertTrue(world.simulation.dropped().isEmpty());
  }

  @Test
  @DisplayName("row 17: the last peer leaves while blocks are fetched: no peers, no peer dropped")
  void shouldFailWithNoPeersWhenTheLastOneLeaves() {
    World world = World.of2015(CHAIN);
    SimulatedPeer peer = world.join("peer", CHAIN, PeerTraits.honest(World.MILLIS));
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.head().hash(), -1));
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.downloader().holdings().bufferedBlocks() > 0,
            60 * World.SECONDS));
    world.simulation.disconnect(peer.id());
    assertEquals(SyncError.NO_PEERS, world.simulation.failures().get(0).error());
    assertTrue(world.simulation.dropped().isEmpty());
    assertFalse(world.isTip(CHAIN.head().hash()));
  }
}
