package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The weaknesses that were measured on the 2015 downloader, each as a test in virtual time. Numbers
 * 3 and 13, which are about speed, are in {@link SlowPeerTest}.
 */
class WeaknessTest {
  private static final ChainMaker CHAIN = ChainMaker.of(9, 40_000, Shape.EMPTY);
  private static final DownloaderLimits QUIET = World.quiet(DownloaderLimits.DEFAULT);

  private static World world(ChainMaker chain) {
    return new World(QUIET, chain);
  }

  private static PeerTraits faulty(Fault fault) {
    return PeerTraits.faulty(World.MILLIS, fault);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("weakness 1: the whole hash chain in memory first")
  void shouldHoldNoMoreLinksWhenTheChainIsLonger(PeerKind kind) {
    DownloaderLimits limits = DownloaderLimits.OF_2015;
    int max = limits.queue().windowBlocksMax() + limits.queue().linksAheadMax();
    long some = linksHeldMax(kind, CHAIN.upTo(10_000));
    long four = linksHeldMax(kind, CHAIN);
    assertTrue(some <= max && some > max / 2, some + " links are held of 10,000");
    assertTrue(four <= max, four + " links are held of 40,000");
  }

  private static long linksHeldMax(PeerKind kind, ChainMaker chain) {
    World world = new World(World.quiet(DownloaderLimits.OF_2015), chain);
    long[] max = new long[2];
    world.simulation.addInvariant(
        simulation -> {
          long links =
              (long) simulation.downloader().holdings().missingBlocks()
                  + simulation.downloader().holdings().bufferedBlocks();
          max[0] = Math.max(max[0], links);
          max[1] = Math.max(max[1], simulation.store().segments().size());
          return Optional.empty();
        });
    for (int i = 0; i < 3; i++) {
      world.peer("peer" + i, kind, chain, PeerTraits.honest(World.MILLIS));
    }
    world.simulation.sync(chain.head().hash());
    world.runTo(chain.head().hash(), 600 * World.SECONDS);
    assertTrue(max[1] <= 2, max[1] + " segments");
    return max[0];
  }

  @Test
  @DisplayName("weakness 2: 3000 linked blocks that all claim number 5, from a hash peer")
  void shouldFailAsInvalidChainWhenEveryBlockClaimsTheSameNumber() {
    World world = World.of2015(CHAIN);
    List<Block> fives = fives();
    Listing listing = Listing.of(fives, CHAIN.hashAt(0));
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, listing);
    assertEquals(Optional.of(SyncError.INVALID_CHAIN), world.sync(attacker, listing.head()));
    assertEquals(Map.of(attacker.id(), SyncError.INVALID_CHAIN), world.simulation.dropped());
    assertTrue(world.simulation.now() < 10 * World.SECONDS);
    assertEquals(CHAIN.genesis(), world.simulation.store().tip());
  }

  @Test
  @DisplayName("weakness 2: the same as headers")
  void shouldFailAsInvalidChainWhenEveryHeaderClaimsTheSameNumber() {
    World world = world(CHAIN);
    List<Block> fives = fives();
    Hash head = fives.get(fives.size() - 1).hash();
    SimulatedPeer attacker = world.join("attack", PeerKind.HEADER, headersOf(fives));
    assertEquals(Optional.of(SyncError.INVALID_CHAIN), world.sync(attacker, head), world::story);
    assertEquals(Map.of(attacker.id(), SyncError.INVALID_CHAIN), world.simulation.dropped());
    assertTrue(world.simulation.now() < 10 * World.SECONDS);
    assertEquals(CHAIN.genesis(), world.simulation.store().tip());
  }

  private static List<Block> fives() {
    List<Block> oldestFirst = new ArrayList<>();
    Hash parent = CHAIN.hashAt(0);
    for (int i = 0; i < 3_000; i++) {
      Block block = Forgery.block(5, parent, 2);
      oldestFirst.add(block);
      parent = block.hash();
    }
    return oldestFirst;
  }

  /** Serves headers of these blocks, and no bodies. By number it serves the nearest header. */
  private static Repertoire headersOf(List<Block> oldestFirst) {
    Map<Hash, Integer> positions = new HashMap<>();
    for (int i = 0; i < oldestFirst.size(); i++) {
      positions.put(oldestFirst.get(i).hash(), i);
    }
    return new Repertoire() {
      @Override
      public List<Hash> hashes(Hash from, int max) {
        return List.of();
      }

      @Override
      public List<byte[]> headers(HeaderQuery query) {
        long first =
            query.isByHash()
                ? positions.getOrDefault(query.from(), -1)
                : Math.min(query.fromNumber(), oldestFirst.size()) - 1;
        List<byte[]> headers = new ArrayList<>();
        for (long i = first; i >= 0 && headers.size() < query.count(); i--) {
          headers.add(oldestFirst.get((int) i).header().raw());
        }
        return headers;
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("weakness 4: a peer that loses one request is busy for the rest of the sync")
  void shouldAskAgainWhenAPeerLosesReplies(PeerKind kind) {
    ChainMaker chain = CHAIN.upTo(20_000);
    World world = new World(DownloaderLimits.OF_2015, chain);
    long latency = 100 * World.MILLIS;
    SimulatedPeer loser =
        world.peer("loser", kind, chain, PeerTraits.faulty(latency, Fault.LOSING));
    world.peer("honest", kind, chain, PeerTraits.honest(latency));
    world.simulation.sync(chain.head().hash());
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.store().tip().number() > 0, 60 * World.SECONDS));
    long lostBefore = world.counters().timeouts();
    assertTrue(
        world.simulation.runUntil(
            () -> world.counters().timeouts() > lostBefore, 60 * World.SECONDS),
        "it lost nothing");
    long delivered = view(world, loser.id()).blocksDelivered();
    world.runTo(chain.head().hash(), 3_600 * World.SECONDS);
    assertTrue(view(world, loser.id()).blocksDelivered() > delivered, world::story);
    assertEquals(1, world.counters().syncs());
  }

  @Test
  @DisplayName("weakness 5: the hash fail-over asks the same silent accomplice for ever")
  void shouldTryEachPeerOnceWhenAllAreSilent() {
    World world = world(CHAIN);
    List<SimulatedPeer> accomplices = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      accomplices.add(world.peer("silent" + i, PeerKind.HASH, CHAIN, faulty(Fault.SILENT)));
    }
    SimulatedPeer origin = world.join("origin", CHAIN, PeerTraits.honest(World.MILLIS));
    Hash head = CHAIN.head().hash();
    world.simulation.announce(Announcement.ofPeer(origin.id(), head, -1));
    assertTrue(
        world.simulation.runUntil(
            () -> world.counters().crossChecksPassed() > 0, 60 * World.SECONDS));
    world.simulation.disconnect(origin.id());
    assertTrue(
        world.simulation.runUntil(() -> !world.simulation.failures().isEmpty(), 60 * World.SECONDS),
        world::story);
    assertEquals(SyncError.TIMEOUT, world.simulation.failures().get(0).error());
    for (SimulatedPeer accomplice : accomplices) {
      assertEquals(1, askedForHashes(world, accomplice.id()), accomplice.id().name());
    }
    assertTrue(world.simulation.dropped().isEmpty(), "a silent peer is not to blame");
  }

  private static long askedForHashes(World world, PeerId peer) {
    return world.simulation.runLog().lines().stream()
        .filter(line -> line.contains("ask " + peer + " ") && line.contains(" hashes "))
        .count();
  }

  @Test
  @DisplayName("weakness 5: another peer that has the chain takes over")
  void shouldGoOnWithAnotherPeerWhenTheOriginFallsSilent() {
    ChainMaker chain = CHAIN.upTo(9_000);
    World world = world(chain);
    world.peer("silent", PeerKind.HASH, chain, faulty(Fault.SILENT));
    SimulatedPeer origin = world.join("origin", chain, PeerTraits.honest(World.MILLIS));
    world.peer("other", PeerKind.HASH, chain, PeerTraits.honest(World.MILLIS));
    Hash head = chain.head().hash();
    world.simulation.announce(Announcement.ofPeer(origin.id(), head, -1));
    assertTrue(world.simulation.runUntil(() -> world.counters().hashes() > 0, 60 * World.SECONDS));
    world.simulation.disconnect(origin.id());
    world.runTo(head, 120 * World.SECONDS);
    assertEquals(1, world.counters().syncs());
    assertTrue(askedForHashes(world, PeerId.of("silent")) <= 2, world::story);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("weakness 6: empty replies cost a timeout, and double the capacity")
  void shouldFreeAPeerAtOnceWhenItsReplyIsEmpty(PeerKind kind) {
    ChainMaker chain = CHAIN.upTo(5_000);
    World world = world(chain);
    SimulatedPeer empty = world.join("empty", kind, new Listing(List.of(), Map.of()));
    world.peer("honest", kind, chain, PeerTraits.honest(World.MILLIS));
    int first = view(world, empty.id()).capacityBlocks();
    world.simulation.addInvariant(
        simulation ->
            simulation.downloader().isIdle() || view(world, empty.id()).capacityBlocks() <= first
                ? Optional.empty()
                : Optional.of("an empty reply made a peer's capacity grow"));
    world.simulation.sync(chain.head().hash());
    world.runTo(chain.head().hash(), 60 * World.SECONDS);
    assertEquals(0, world.counters().timeouts());
    assertEquals(0, view(world, empty.id()).inFlight());
    assertEquals(0, view(world, empty.id()).blocksDelivered());
    assertTrue(world.simulation.now() < 5 * World.SECONDS);
    assertTrue(world.simulation.connected().containsKey(empty.id()));
  }

  private static Progress.PeerView view(World world, PeerId id) {
    return world.simulation.progress().peers().stream()
        .filter(view -> view.id().equals(id.name()))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("weakness 7: deliveries leak into the next sync")
  void shouldIgnoreTheOldRepliesWhenAnotherSyncRuns(PeerKind kind) {
    ChainMaker trunk = CHAIN.upTo(3_000);
    ChainMaker fork = trunk.forkAt(100, 77, 2_500);
    World world = world(trunk);
    SimulatedPeer slow = world.peer("slow", kind, trunk, PeerTraits.honest(700 * World.MILLIS));
    SimulatedPeer other = world.peer("other", kind, fork, PeerTraits.honest(World.MILLIS));
    world.simulation.announce(Announcement.ofPeer(slow.id(), trunk.hashAt(2_999), -1));
    world.pass(500 * World.MILLIS);
    assertTrue(world.simulation.downloader().holdings().inFlightRequests() > 0);
    world.simulation.cancel();
    world.simulation.announce(Announcement.ofPeer(other.id(), fork.hashAt(2_599), -1));
    world.runTo(fork.hashAt(2_599), 60 * World.SECONDS);
    assertEquals(2_599, world.simulation.done().get(0).blocks());
    assertEquals(Optional.empty(), Invariants.stored(world.simulation, fork.upTo(2_599)));
    assertTrue(world.simulation.banned().isEmpty());
    assertTrue(world.simulation.dropped().isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("weakness 8: the import outlives the sync, and blocks are fetched twice")
  void shouldFetchNothingTwiceWhenAHeadComesDuringTheInsert(PeerKind kind) {
    World world = world(CHAIN);
    SimulatedPeer peer = world.join("peer", kind, Repertoire.of(CHAIN));
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(2_000), 2_000));
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.store().tip().number() > 500, 60 * World.SECONDS));
    world.simulation.holdStore(true);
    world.pass(20 * World.SECONDS);
    assertFalse(world.simulation.downloader().isIdle());
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(2_757), 2_757));
    world.pass(20 * World.SECONDS);
    assertEquals(1, world.counters().syncs());
    world.simulation.holdStore(false);
    world.runTo(CHAIN.hashAt(2_757), 60 * World.SECONDS);
    assertEquals(2, world.counters().syncs());
    assertEquals(0, world.counters().refetched());
    assertEquals(2_757, world.counters().blocks());
    assertEquals(757, world.simulation.done().get(1).blocks());
  }

  @Test
  @DisplayName("weakness 9: each NewBlock triggers a sync, and overwrites what the peer claims")
  void shouldSyncOnceWhenAnnouncementsCome() {
    World world = world(CHAIN);
    SimulatedPeer peer = world.join("peer", PeerKind.HEADER, Repertoire.of(CHAIN));
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(1_000), 1_000));
    for (int n = 1_001; n <= 1_500; n++) {
      world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(n), n));
      world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(n - 400), n - 400));
    }
    world.runTo(CHAIN.hashAt(1_500), 60 * World.SECONDS);
    assertEquals(2, world.counters().syncs());
    assertEquals(1_001, world.counters().announcements());
    assertEquals(CHAIN.hashAt(1_500).toString(), view(world, peer.id()).head());
    assertEquals(1_500, world.counters().blocks());
    assertTrue(world.simulation.failures().isEmpty());
  }

  @Test
  @DisplayName("weakness 9: a peer that claims a head which no peer delivers is dropped")
  void shouldDropThePeerWhenItsPromisedHeadIsNowhere() {
    World world = world(CHAIN);
    SimulatedPeer liar = world.headerPeer("liar", CHAIN.upTo(100));
    Hash promised = Forgery.hashes(1, 9).get(0);
    world.simulation.announce(Announcement.ofPeer(liar.id(), promised, 1_000_000));
    assertTrue(
        world.simulation.runUntil(
            () -> !world.simulation.failures().isEmpty(), 60 * World.SECONDS));
    assertEquals(SyncError.EMPTY_HASH_SET, world.simulation.failures().get(0).error());
    assertTrue(world.simulation.dropped().containsKey(liar.id()));
  }

  @Test
  @DisplayName("weakness 10: a linked fake chain passes until the import")
  void shouldStoreNoBlockWhenALinkedChainHasNoBodies() {
    ChainMaker chain = CHAIN.upTo(2_000);
    World world = world(chain);
    List<Block> fake = Forgery.chain(0, chain.hashAt(0), 3_000, 10);
    SimulatedPeer attacker = world.join("attack", PeerKind.HEADER, headersOf(fake));
    Hash head = fake.get(fake.size() - 1).hash();
    assertEquals(Optional.of(SyncError.PEERS_UNAVAILABLE), world.sync(attacker, head));
    assertEquals(Map.of(), world.simulation.dropped(), "a peer is not blamed for missing blocks");
    assertEquals(0, world.counters().blocks());
    SimulatedPeer valid = world.join("valid", PeerKind.HEADER, Repertoire.of(chain));
    assertEquals(Optional.empty(), world.sync(valid, chain.head().hash()), world::story);
    assertEquals(chain.head(), world.simulation.store().tip());
  }

  @Test
  @DisplayName("weakness 12: the last batch is not cross-checked")
  void shouldCheckEveryBatchWhenHashesAreClaimed() {
    for (int length : List.of(1, 2, 2_047, 2_048, 2_049, 5_000)) {
      ChainMaker chain = CHAIN.upTo(length);
      World world = World.of2015(chain);
      SimulatedPeer peer = world.join("peer", chain, PeerTraits.honest(World.MILLIS));
      assertEquals(Optional.empty(), world.sync(peer));
      long batches = (length + 2_047L) / 2_048;
      assertEquals(batches, world.counters().crossChecksPassed(), length + " links");
      assertEquals(0, world.counters().crossChecksFailed());
    }
  }

  /** With this limit answers have one block, like those to a cross-check. Each has to count. */
  @Test
  @DisplayName("weakness 12: a check that is open swallows a real reply of one block")
  void shouldCountEveryReplyWhenEachHasOneBlock() {
    ChainMaker chain = CHAIN.upTo(300);
    World world = World.of2015(chain);
    SimulatedPeer slow = world.join("slow", chain, PeerTraits.honest(400 * World.MILLIS));
    SimulatedPeer quick = world.join("quick", chain, PeerTraits.honest(World.MILLIS));
    assertEquals(Optional.empty(), world.sync(quick));
    assertEquals(300, world.counters().blocks());
    assertEquals(0, world.counters().refetched());
    assertEquals(0, world.counters().timeouts());
    assertEquals(1, world.counters().crossChecksPassed());
    assertTrue(world.simulation.connected().containsKey(slow.id()));
  }

  @Test
  @DisplayName("weakness 14: what anchors take is bounded, and one too many is refused")
  void shouldRefuseAnAnchorWhenTooManyWait() {
    World world = world(CHAIN);
    int max = QUIET.anchorsMax();
    List<Hash> anchors = Forgery.hashes(max + 1, 14);
    anchors.forEach(world.simulation::sync);
    assertEquals(Map.of(anchors.get(max), SyncError.BUSY), world.simulation.refusedHeads());
    assertEquals(
        Optional.of(Progress.WaitingReason.NO_PEERS), world.simulation.progress().waiting());
  }

  @Test
  @DisplayName("weakness 14: segments of syncs that never end are bounded")
  void shouldKeepFewSegmentsWhenManySyncsAreGivenUp() {
    ChainMaker trunk = CHAIN.upTo(400);
    World world = world(trunk);
    for (int i = 0; i < 200; i++) {
      ChainMaker fork = trunk.forkAt(i, 1_000 + i, 30);
      SimulatedPeer peer = world.join("peer" + i, PeerKind.HEADER, Repertoire.of(fork));
      world.simulation.sync(fork.head().hash());
      int given = i;
      assertTrue(
          world.simulation.runUntil(
              () -> world.counters().syncs() > given && world.counters().hashes() > 0,
              world.simulation.now() + 60 * World.SECONDS));
      world.pass(5 * World.MILLIS);
      world.simulation.cancel();
      world.simulation.disconnect(peer.id());
      assertTrue(world.simulation.store().segments().size() <= 65, world::story);
    }
    SimulatedPeer valid = world.join("valid", trunk, PeerTraits.honest(World.MILLIS));
    assertEquals(Optional.empty(), world.sync(valid), world::story);
  }

  @Test
  @DisplayName("weakness 15: the order of requests is random")
  void shouldDoTheSameWhenTheSeedIsTheSame() {
    ChainMaker chain = CHAIN.upTo(3_000);
    List<Long> digests = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      World world = new World(QUIET, chain, seed);
      for (PeerKind kind : PeerKind.values()) {
        for (Fault fault : List.of(Fault.NONE, Fault.EMPTY, Fault.LOSING, Fault.WITH_GAPS)) {
          world.peer(kind + " " + fault, kind, chain, faulty(fault));
        }
      }
      world.simulation.sync(chain.head().hash());
      world.runTo(chain.head().hash(), 600 * World.SECONDS);
      digests.add(world.simulation.runLog().digest());
    }
    assertEquals(digests.get(0), digests.get(1));
    assertEquals(2, Set.copyOf(digests).size(), "the digest does not tell runs apart");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("weakness 16: terminate does not wait")
  void shouldTakeNothingMoreWhenTerminated(PeerKind kind) {
    World world = world(CHAIN);
    SimulatedPeer peer = world.peer("peer", kind, CHAIN, PeerTraits.honest(World.MILLIS));
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.hashAt(3_000), -1));
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.store().tip().number() > 500, 60 * World.SECONDS));
    world.simulation.tell(core -> core.onTerminate(world.simulation.now()));
    assertTrue(world.simulation.downloader().isIdle());
    assertEquals(SyncError.CANCEL_BLOCK_FETCH, world.simulation.failures().get(0).error());
    world.pass(World.SECONDS);
    long tip = world.simulation.store().tip().number();
    world.simulation.announce(Announcement.ofPeer(peer.id(), CHAIN.head().hash(), -1));
    world.simulation.sync(CHAIN.head().hash());
    world.headerPeer("later", CHAIN);
    world.pass(100 * World.SECONDS);
    assertEquals(tip, world.simulation.store().tip().number());
    assertEquals(1, world.counters().syncs());
    assertEquals(Long.MAX_VALUE, world.simulation.downloader().nextDeadlineNanos());
  }
}
