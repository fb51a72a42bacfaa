package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Floor;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.links.StoreWork;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Announced whole blocks and announced hashes, as in the table of 2015's fetcher. */
class AnnouncedBlockTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 1_024, Shape.SIGNED);
  private static final int BLOCKS_PER_PEER_MAX = 64;
  private static final ChainMaker FORK = CHAIN.forkAt(20, 5, 10);

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  /** A peer that claims no head when it connects. */
  private SimulatedPeer peer(String name) {
    return world.join(name, CHAIN, PeerTraits.honest(World.MILLIS));
  }

  private SimulatedPeer headerPeer(String name) {
    return world.join(name, PeerKind.HEADER, Repertoire.of(CHAIN));
  }

  private static Announcement said(SimulatedPeer peer, ChainMaker chain, long number) {
    return Announcement.ofPeer(
        peer.id(), Head.of(chain.block(number), BigInteger.valueOf(1_000 + number)));
  }

  private void announce(SimulatedPeer peer, long number) {
    world.simulation.announce(said(peer, CHAIN, number));
  }

  private void send(SimulatedPeer peer, ChainMaker chain, long number) {
    world.simulation.tell(
        core ->
            core.onBlockAnnounced(
                said(peer, chain, number), chain.block(number), world.simulation.now()));
  }

  private void send(SimulatedPeer peer, long number) {
    send(peer, CHAIN, number);
  }

  private void runTo(long number) {
    world.runTo(CHAIN.hashAt(number), 60 * World.SECONDS);
  }

  @Test
  void shouldFetchWhatIsAnnouncedOneByOne() {
    SimulatedPeer peer = peer("a");
    for (long number = 1; number <= 1_024; number++) {
      announce(peer, number);
      runTo(number);
    }
    assertEquals(0, world.counters().refetched());
  }

  @Test
  void shouldTakeWhatIsSentWholeWithoutAQuestion() {
    SimulatedPeer peer = peer("a");
    for (long number = 1; number <= 64; number++) {
      send(peer, number);
      runTo(number);
    }
    assertEquals(0, world.counters().hashes());
    assertEquals(64, world.counters().blocks());
    assertEquals(64, world.counters().syncs());
  }

  @Test
  void shouldFetchOnceWhatSeveralAnnounce() {
    List<SimulatedPeer> peers = List.of(peer("a"), peer("b"), peer("c"));
    for (long number = 1; number <= 100; number++) {
      for (SimulatedPeer peer : peers) {
        announce(peer, number);
        announce(peer, number);
      }
      runTo(number);
    }
    world.pass(World.SECONDS);
    assertEquals(100, world.counters().syncs());
    assertEquals(100, world.counters().blocks());
  }

  @Test
  void shouldStoreOnceWhatSeveralSend() {
    List<SimulatedPeer> peers = List.of(peer("a"), peer("b"), peer("c"));
    announce(peers.get(0), 1);
    peers.forEach(peer -> send(peer, 1));
    runTo(1);
    world.pass(World.SECONDS);
    assertEquals(1, world.simulation.store().tip().number());
    assertTrue(world.counters().blocks() <= 2, world::story);
  }

  @Test
  void shouldTakeBlocksInWhateverOrderTheyCome() {
    SimulatedPeer peer = peer("a");
    List<Long> numbers = new ArrayList<>();
    for (long number = 1; number <= 32; number++) {
      numbers.add(number);
    }
    numbers.remove(15L);
    Collections.shuffle(numbers, new Random(3));
    numbers.add(15L);
    numbers.forEach(number -> send(peer, number));
    runTo(32);
    assertEquals(0, world.counters().refetched());
  }

  @Test
  void shouldFillAGapWithABlockThatIsSent() {
    SimulatedPeer peer = peer("a");
    send(peer, 1);
    runTo(1);
    send(peer, 3);
    send(peer, 2);
    runTo(3);
  }

  @Test
  void shouldFollowABranchThatBecomesLonger() {
    SimulatedPeer trunk = peer("trunk");
    for (long number = 1; number <= 24; number++) {
      send(trunk, number);
      runTo(number);
    }
    SimulatedPeer other = world.join("other", FORK, PeerTraits.honest(World.MILLIS));
    for (long number = 21; number <= 30; number++) {
      send(other, FORK, number);
    }
    world.runTo(FORK.head().hash(), World.SECONDS);
    assertEquals(FORK.head(), world.simulation.store().tip());
  }

  /** Watches that no block of the pool is asked for. */
  private void runToWithoutAskingAgain(long number) {
    world.simulation.watch(new AnnouncedOnce(world.simulation));
    runTo(number);
    assertEquals(0, world.simulation.progress().announced().blocks());
  }

  private static List<Long> numbersFromTo(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void shouldFetchOnlyWhatIsMissingBelowOrphans() {
    List<Long> orphans = new ArrayList<>(numbersFromTo(20, 30));
    Collections.shuffle(orphans, new Random(5));
    SimulatedPeer peer = headerPeer("a");
    orphans.forEach(number -> send(peer, number));
    assertEquals(11, world.simulation.progress().announced().blocks());

    runToWithoutAskingAgain(30);

    assertEquals(30, world.counters().blocks());
    assertEquals(0, world.counters().refetched());
    assertTrue(world.simulation.dropped().isEmpty() && world.simulation.banned().isEmpty());
    assertTrue(world.simulation.connected().containsKey(peer.id()));
  }

  @Test
  void shouldFetchWhatIsMissingFromAHashPeerToo() {
    SimulatedPeer peer = peer("a");
    numbersFromTo(25, 32).forEach(number -> send(peer, number));
    runToWithoutAskingAgain(32);
    assertEquals(32, world.counters().blocks());
  }

  /** A followed peer is named by the user, and may lie all the same. */
  @Test
  void shouldKeepTheOrphansOfAPeerWhileAnotherFloodsThePool() {
    SimulatedPeer honest = headerPeer("honest");
    SimulatedPeer liar = headerPeer("liar");
    world.simulation.pause(World.SECONDS);
    send(honest, 2);
    send(honest, 3);
    for (Block orphan : forged(300)) {
      send(liar, orphan);
    }
    assertEquals(2 + BLOCKS_PER_PEER_MAX, world.simulation.progress().announced().blocks());
    send(honest, 1);
    world.simulation.resume();

    runToTip(3);

    assertEquals(3, world.counters().blocks(), world::story);
    world.pass(60 * World.SECONDS);
    assertTrue(world.simulation.banned().isEmpty(), world::story);
    assertTrue(world.simulation.connected().containsKey(honest.id()));
  }

  private void runToTip(long number) {
    assertTrue(
        world.simulation.runUntil(
            () -> world.isTip(CHAIN.hashAt(number)), world.simulation.now() + World.SECONDS),
        world::story);
  }

  private void send(SimulatedPeer peer, Block block) {
    Announcement announced =
        Announcement.ofPeer(peer.id(), Head.of(block, BigInteger.valueOf(1_000 + block.number())));
    world.simulation.announce(announced, block);
  }

  /** Blocks that stand on nothing. */
  private static List<Block> forged(int count) {
    List<Hash> parents = Forgery.hashes(count, 7);
    List<Block> forged = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      forged.add(Forgery.block(1 + i % 30, parents.get(i), i));
    }
    return forged;
  }

  @Test
  void shouldHoldNothingOfAnUntrustedPeerThatFloodsThePool() {
    PeerId id = PeerId.of("untrusted");
    SimulatedPeer flooding =
        new SimulatedPeer(
            id, PeerKind.HEADER, CHAIN, PeerTraits.honest(World.MILLIS), world.random.split());
    world.simulation.connect(flooding, Announcement.ofPeer(id, CHAIN.hashAt(0), 0), false);
    forged(300).forEach(block -> send(flooding, block));
    assertEquals(0, world.simulation.progress().announced().blocks());
    assertEquals(0, world.counters().syncs());
  }

  /** Nodes of eth/60 and 61 announce a head by its hash. */
  @Test
  void shouldLearnTheHeightsOfHashPeersThatClaimNoNumber() {
    List<SimulatedPeer> peers = List.of(peer("a"), peer("b"), peer("c"));
    for (SimulatedPeer peer : peers.subList(0, 2)) {
      world.simulation.announce(Announcement.ofPeer(peer.id(), Head.of(CHAIN.hashAt(40))));
    }
    assertEquals(List.of(0L, 0L, 0L), heights());
    runTo(40);
    assertEquals(List.of(40L, 40L, 0L), heights());

    world.simulation.announce(Announcement.ofPeer(peers.get(2).id(), Head.of(CHAIN.hashAt(40))));
    assertEquals(List.of(40L, 40L, 40L), heights());

    world.simulation.announce(Announcement.ofPeer(peers.get(1).id(), Head.of(CHAIN.hashAt(41))));
    send(peers.get(0), 41);
    assertEquals(List.of(41L, 41L, 40L), heights());
  }

  private List<Long> heights() {
    return world.simulation.progress().peers().stream().map(Progress.PeerView::height).toList();
  }

  /** A failed sync may have left inserts in the store's queue that the core has no result of. */
  @Test
  void shouldNotTakeTheTipBackToABlockThatWasAnnounced() {
    MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
    List<Block> stored = new ArrayList<>();
    for (long number = 1; number <= 25; number++) {
      stored.add(CHAIN.block(number));
    }
    store.insert(stored, true);
    BlockId known = new BlockId(20, CHAIN.hashAt(20));
    Downloader core =
        new Downloader(
            DownloaderLimits.DEFAULT,
            Floor.at(CHAIN.genesis()),
            known,
            Map.of(),
            Trust.ROOT_ONLY,
            new SplittableRandom(1));
    PeerId peer = PeerId.of("a");
    Announcement said = Announcement.ofPeer(peer, FORK.hashAt(21), 21);
    core.onPeer(peer, PeerKind.HEADER, Announcement.ofPeer(peer, FORK.hashAt(20), 20), 0);
    List<Action> actions = core.onBlockAnnounced(said, FORK.block(21), 1);
    List<StoreJob> inserts =
        actions.stream()
            .filter(Action.Store.class::isInstance)
            .map(action -> ((Action.Store) action).job())
            .filter(StoreJob.Insert.class::isInstance)
            .toList();
    assertEquals(1, inserts.size());
    inserts.get(0).doWith(new StoreWork(store, Trust.ROOT_ONLY));
    assertEquals(25, store.tip().number());
  }

  @Test
  void shouldTakeNothingFromPeersWhereTheOperatorNamesTheHeads() {
    World own = new World(DownloaderLimits.DEFAULT.withoutPeersHeads(), CHAIN);
    SimulatedPeer peer = own.join("a", CHAIN, PeerTraits.honest(World.MILLIS));
    own.simulation.tell(
        core -> core.onBlockAnnounced(said(peer, CHAIN, 1), CHAIN.block(1), own.simulation.now()));
    own.pass(World.SECONDS);
    assertEquals(0, own.simulation.store().tip().number());
  }

  @Test
  void shouldFollowNobodyWhomNobodyVouchedFor() {
    PeerId id = PeerId.of("untrusted");
    Announcement said =
        Announcement.ofPeer(id, new Head(CHAIN.hashAt(1), 1, Optional.of(BigInteger.TEN)));
    world.simulation.tell(
        core -> core.onUntrustedPeer(id, PeerKind.HEADER, said, world.simulation.now()));
    world.simulation.tell(
        core -> core.onBlockAnnounced(said, CHAIN.block(1), world.simulation.now()));
    world.pass(60 * World.SECONDS);
    assertEquals(0, world.counters().syncs());
    assertEquals(0, world.simulation.store().tip().number());
  }

  @Test
  void shouldTakeNothingFromAPeerThatIsNotThere() {
    peer("a");
    Announcement untrusted =
        Announcement.ofPeer(PeerId.of("x"), new Head(CHAIN.hashAt(1), 1, Optional.empty()));
    world.simulation.tell(
        core -> core.onBlockAnnounced(untrusted, CHAIN.block(1), world.simulation.now()));
    world.pass(World.SECONDS);
    assertEquals(0, world.simulation.store().tip().number());
  }
}
