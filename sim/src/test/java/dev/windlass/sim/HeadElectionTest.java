package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.PeerStanding;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which peer's head is synced next, and when. Some tests have the names that their scenarios have
 * in btcd's sync manager.
 */
class HeadElectionTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final ChainMaker LOWER = CHAIN.upTo(1_000);
  private static final Hash HEAD = CHAIN.head().hash();
  private static final Hash MADE_UP = Forgery.hashes(1, 7).get(0);
  private static final DownloaderLimits LIMITS = DownloaderLimits.DEFAULT;
  private static final long HOUR = 3_600 * World.SECONDS;

  private final World world = new World(LIMITS, CHAIN);
  private final Sightings seen = new Sightings();

  HeadElectionTest() {
    world.simulation.watch(seen);
  }

  /** Counts the syncs of each peer's heads, and the questions to each peer. */
  private static final class Sightings implements Watcher {
    private final List<PeerId> origins = new ArrayList<>();
    private final Map<PeerId, List<Question<?>>> asked = new HashMap<>();

    @Override
    public Optional<String> started(Hash anchor, Optional<PeerId> origin) {
      origin.ifPresent(origins::add);
      return Optional.empty();
    }

    @Override
    public Optional<String> asked(PeerId peer, Asked question) {
      asked.computeIfAbsent(peer, id -> new ArrayList<>()).add(question.question());
      return Optional.empty();
    }

    long syncs(SimulatedPeer peer) {
      return origins.stream().filter(peer.id()::equals).count();
    }

    List<Question<?>> asked(SimulatedPeer peer) {
      return asked.getOrDefault(peer.id(), List.of());
    }
  }

  private SimulatedPeer make(String name, PeerKind kind, Repertoire repertoire, long latencyNanos) {
    PeerTraits traits = PeerTraits.honest(latencyNanos);
    return new SimulatedPeer(
        PeerId.of(name), kind, CHAIN, repertoire, traits, world.random.split());
  }

  /** Connects an honest peer of the lower chain that claims this head. */
  private SimulatedPeer claiming(String name, PeerKind kind, Hash head, long number) {
    SimulatedPeer peer = make(name, kind, Repertoire.of(LOWER), World.MILLIS);
    world.simulation.connect(peer, head, number);
    return peer;
  }

  /** Connects it again with the same claim, at once. */
  private void reconnect(SimulatedPeer peer, Hash head, long number) {
    world.simulation.dropped().remove(peer.id());
    world.simulation.disconnect(peer.id());
    world.simulation.connect(peer, head, number);
  }

  private boolean isFetchingBlocks() {
    return world.simulation.progress().phase() == Progress.Phase.FETCHING_BLOCKS
        && world.simulation.downloader().holdings().openReservations() > 0;
  }

  private void runUntilBlocksAreFetched() {
    assertTrue(world.simulation.runUntil(this::isFetchingBlocks, 60 * World.SECONDS), world::story);
  }

  /** btcd's TestStartSyncBlockFallback: all headers are stored, and no peer has more of them. */
  @Test
  void shouldFetchBlocksWithoutHeadersIfNoPeerIsAboveTheBestHeader() {
    SimulatedPeer first = world.headerPeer("first", CHAIN);
    runUntilBlocksAreFetched();
    world.simulation.disconnect(first.id());
    SimulatedPeer second = world.headerPeer("second", CHAIN);
    world.runTo(HEAD, 60 * World.SECONDS);
    assertTrue(
        seen.asked(second).stream().allMatch(Question.Bodies.class::isInstance), world::story);
  }

  /** btcd's TestStartSyncChainCurrent: an equal head is no candidate. */
  @Test
  void shouldSyncNothingFromPeersThatAreNotHigher() {
    world.headerPeer("first", CHAIN);
    world.runTo(HEAD, 60 * World.SECONDS);
    SimulatedPeer equal = world.headerPeer("equal", CHAIN);
    SimulatedPeer lower = world.headerPeer("lower", LOWER);
    world.pass(HOUR);
    assertEquals(List.of(), seen.asked(equal));
    assertEquals(List.of(), seen.asked(lower));
    assertEquals(Optional.empty(), world.simulation.progress().waiting());
    assertTrue(world.simulation.dropped().isEmpty(), world::story);
  }

  /** btcd's issue 2606: the sync peer was lost, no peer was higher, and btcd stood still. */
  @ParameterizedTest
  @EnumSource
  void shouldFollowTheNextHeadAfterHoursWithoutACandidate(PeerKind kind) {
    NodeChain has = new NodeChain(LOWER, NodeChain.Range.ALL);
    SimulatedPeer stays = make("stays", kind, has, World.MILLIS);
    world.simulation.connect(stays, LOWER.head().hash(), 1_000);
    world.runTo(LOWER.head().hash(), 60 * World.SECONDS);
    SimulatedPeer best = world.peer("best", kind, CHAIN, PeerTraits.honest(5 * World.SECONDS));
    world.simulation.runUntil(() -> seen.syncs(best) > 0, HOUR);
    world.simulation.disconnect(best.id());
    world.pass(5 * HOUR);
    assertTrue(world.isIdle(), world::story);
    assertEquals(Optional.empty(), world.simulation.progress().waiting());

    has.set(CHAIN);
    world.simulation.announce(Announcement.ofPeer(stays.id(), HEAD, 2_000));
    world.runTo(HEAD, 5 * World.SECONDS);
  }

  /** The loss of the best peer used to delay the next head by a forced cycle. */
  @Test
  void shouldElectAtOnceIfThePeerOfTheHeadIsLost() {
    SimulatedPeer best = world.peer("best", PeerKind.HEADER, CHAIN, PeerTraits.honest(HOUR));
    world.headerPeer("lower", LOWER);
    world.simulation.runUntil(() -> seen.syncs(best) > 0, HOUR);
    world.simulation.disconnect(best.id());
    world.runTo(LOWER.head().hash(), 2 * World.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSyncNoHeadOfAPeerForTenMinutesAfterABrokenPromise(PeerKind kind) {
    world.headerPeer("honest", LOWER);
    SimulatedPeer promiser = claiming("promiser", kind, MADE_UP, 1_000_000);
    world.simulation.runUntil(() -> !world.simulation.dropped().isEmpty(), HOUR);
    long broken = world.simulation.now();
    assertEquals(1, seen.syncs(promiser), world::story);

    while (world.simulation.now() < broken + LIMITS.coolDownNanos() - 30 * World.SECONDS) {
      reconnect(promiser, Forgery.hashes(1, world.simulation.now()).get(0), 1_000_000);
      world.pass(20 * World.SECONDS);
    }
    assertEquals(1, seen.syncs(promiser), world::story);
    assertTrue(world.isTip(LOWER.head().hash()), world::story);
    world.pass(60 * World.SECONDS);
    assertEquals(2, seen.syncs(promiser), world::story);
  }

  @Test
  void shouldAskAPeerThatCoolsDownForBlocks() {
    SimulatedPeer promiser = claiming("promiser", PeerKind.HEADER, MADE_UP, 1_000_000);
    SimulatedPeer honest =
        world.peer("honest", PeerKind.HEADER, CHAIN, PeerTraits.honest(20 * World.MILLIS));
    world.simulation.runUntil(() -> !world.simulation.dropped().isEmpty(), HOUR);
    reconnect(promiser, MADE_UP, 1_000_000);
    world.runTo(HEAD, 60 * World.SECONDS);
    assertEquals(1, seen.syncs(honest), world::story);
    assertTrue(
        seen.asked(promiser).stream().anyMatch(Question.Bodies.class::isInstance), world::story);
  }

  /** A node may follow a single peer, which would cost it ten minutes each time. */
  @Test
  void shouldElectAPeerThatCoolsDownIfAllFollowedPeersDo() {
    SimulatedPeer promiser = claiming("promiser", PeerKind.HEADER, MADE_UP, 1_000_000);
    world.simulation.runUntil(() -> !world.simulation.dropped().isEmpty(), HOUR);
    reconnect(promiser, LOWER.head().hash(), 1_000);
    world.pass(LIMITS.reelectionNanos() - 5 * World.SECONDS);
    assertEquals(1, seen.syncs(promiser), world::story);
    world.runTo(LOWER.head().hash(), 20 * World.SECONDS);
    // It kept this promise, so its next head is synced as usual.
    SimulatedPeer grown = make("promiser", PeerKind.HEADER, Repertoire.of(CHAIN), World.MILLIS);
    reconnect(grown, HEAD, 2_000);
    world.runTo(HEAD, 12 * World.SECONDS);
  }

  @Test
  void shouldRetryATrustedPeerAfterItsBackOffOnly() {
    world.headerPeer("honest", LOWER);
    SimulatedPeer promiser = claiming("promiser", PeerKind.HEADER, MADE_UP, 1_000_000);
    world.simulation.tell(
        core -> core.onStanding(promiser.id(), PeerStanding::trust, world.simulation.now()));
    world.simulation.runUntil(() -> !world.simulation.dropped().isEmpty(), HOUR);
    reconnect(promiser, MADE_UP, 1_000_000);
    world.pass(25 * World.SECONDS);
    assertEquals(2, seen.syncs(promiser), world::story);
  }

  /** A head that exists, with a number that makes it the best. */
  @Test
  void shouldNotSyncAHeadWhosePeerClaimedAnotherNumber() {
    SimulatedPeer liar = claiming("liar", PeerKind.HEADER, LOWER.head().hash(), 1_000_000);
    world.headerPeer("honest", CHAIN);
    world.runTo(HEAD, 12 * World.SECONDS);
    assertEquals(SyncError.FALSE_NUMBER, world.simulation.failures().get(0).error());
    assertFalse(world.simulation.dropped().containsKey(liar.id()), "it may have blocks");
    reconnect(liar, MADE_UP, 1_000_000);
    world.pass(60 * World.SECONDS);
    assertEquals(1, seen.syncs(liar), world::story);
  }

  /** A made-up hash used to end the turn of a sync that made progress. */
  @ParameterizedTest
  @EnumSource
  void shouldNotGiveWayToAHeadThatItsPeerDoesNotShow(PeerKind kind) {
    // Some 40 s of blocks.
    PeerTraits thin = new PeerTraits(World.MILLIS, 50_000, Fault.NONE);
    SimulatedPeer honest = world.peer("honest", PeerKind.HEADER, CHAIN, thin);
    world.simulation.runUntil(() -> seen.syncs(honest) > 0, HOUR);
    SimulatedPeer promiser = claiming("promiser", kind, MADE_UP, 1_000_000);
    SimulatedPeer liar = claiming("liar", kind, LOWER.head().hash(), 1_000_000);
    world.runTo(HEAD, 60 * World.SECONDS);
    assertEquals(1, seen.syncs(honest), world::story);
    assertEquals(0, seen.syncs(promiser), world::story);
    assertEquals(0, seen.syncs(liar), world::story);
    assertTrue(world.simulation.dropped().isEmpty(), world::story);
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveWayToAHeadThatItsPeerHasShown(PeerKind kind) {
    ChainMaker endless = ChainMaker.onDemand(3, 200_000, Shape.EMPTY);
    SimulatedPeer liar =
        make("liar", PeerKind.HEADER, new Trickle(Repertoire.of(endless), 30), 2 * World.SECONDS);
    world.simulation.connect(liar, endless.head().hash(), endless.head().number());
    world.pass(World.SECONDS);
    world.simulation.runUntil(() -> seen.syncs(liar) > 0, HOUR);
    world.peer("honest", kind, CHAIN, PeerTraits.honest(World.MILLIS));
    world.runTo(HEAD, 60 * World.SECONDS);
  }

  private SimulatedPeer trickling(String name) {
    return make(name, PeerKind.HEADER, new Trickle(Repertoire.of(CHAIN), 1), 4 * World.SECONDS);
  }

  /**
   * btcd's TestStallNoDisconnectAtSameHeight: a stall ends the sync, and not the connection. btcd
   * may choose the same peer again at once.
   */
  @Test
  void shouldRotateAStalledPeerAndStayConnected() {
    SimulatedPeer trickling = trickling("trickling");
    world.simulation.connect(trickling, HEAD, 2_000);
    world.headerPeer("current", CHAIN.upTo(0));
    world.simulation.runUntil(() -> !world.simulation.failures().isEmpty(), HOUR);
    long stalled = world.simulation.now();
    assertTrue(stalled >= LIMITS.progressDeadlineNanos(), world::story);
    Simulation.Failure failure = world.simulation.failures().get(0);
    assertEquals(SyncError.TIMEOUT, failure.error());
    assertTrue(failure.explanation().contains("waiting="), failure::explanation);
    assertTrue(world.simulation.dropped().isEmpty(), world::story);
    assertTrue(world.simulation.banned().isEmpty(), world::story);

    reconnect(trickling, HEAD, 2_000);
    world.pass(stalled + LIMITS.coolDownNanos() - world.simulation.now() - World.SECONDS);
    assertEquals(1, seen.syncs(trickling), world::story);
    world.pass(2 * World.SECONDS);
    assertEquals(2, seen.syncs(trickling), world::story);
  }

  /** The rest of the chain is fetched from the next peer with the same head. */
  @Test
  void shouldFinishAStalledSyncFromTheNextPeer() {
    SimulatedPeer trickling = trickling("trickling");
    world.simulation.connect(trickling, HEAD, 2_000);
    world.simulation.runUntil(() -> !world.simulation.failures().isEmpty(), HOUR);
    SimulatedPeer next = world.headerPeer("next", CHAIN);
    world.runTo(HEAD, 30 * World.SECONDS);
    assertEquals(1, seen.syncs(next), world::story);
    assertEquals(1, seen.syncs(trickling), world::story);
  }

  /** A slow disk is no stall of a peer. */
  @Test
  void shouldBlameNoPeerForTheTimeThatTheStoreTakes() {
    world.headerPeer("honest", CHAIN);
    world.simulation.runUntil(() -> world.simulation.progress().sync().isPresent(), HOUR);
    world.simulation.holdStore(true);
    world.pass(2 * LIMITS.progressDeadlineNanos());
    world.simulation.holdStore(false);
    world.runTo(HEAD, 10 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
  }

  /** A pause ends a sync for now. It is no stall. */
  @Test
  void shouldBlameNoPeerForAPause() {
    SimulatedPeer honest = world.headerPeer("honest", CHAIN);
    world.headerPeer("other", LOWER.upTo(10));
    runUntilBlocksAreFetched();
    world.simulation.pause(2 * LIMITS.progressDeadlineNanos());
    world.pass(2 * LIMITS.progressDeadlineNanos());
    world.runTo(HEAD, 15 * World.SECONDS);
    assertEquals(2, seen.syncs(honest), world::story);
  }

  /** Two equal claims. The peer with the quicker line is elected, in either order. */
  @Test
  void shouldElectTheQuickerOfTwoEqualClaims() {
    PeerTraits thin = new PeerTraits(World.MILLIS, 50_000, Fault.NONE);
    PeerTraits wide = new PeerTraits(World.MILLIS, 500_000, Fault.NONE);
    SimulatedPeer slow = world.peer("slow", PeerKind.HEADER, LOWER, thin);
    SimulatedPeer quick = world.peer("quick", PeerKind.HEADER, LOWER, wide);
    world.runTo(LOWER.head().hash(), 60 * World.SECONDS);
    seen.origins.clear();
    BlockId next = CHAIN.block(1_001).id();
    Hash other = Forgery.hashes(1, 9).get(0);
    world.simulation.pause(World.SECONDS);
    world.simulation.announce(Announcement.ofPeer(slow.id(), other, next.number()));
    world.simulation.announce(Announcement.ofPeer(quick.id(), next.hash(), next.number()));
    world.pass(2 * World.SECONDS);
    assertEquals(quick.id(), seen.origins.get(0), world::story);
  }
}
