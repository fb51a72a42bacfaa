package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.PeerStanding;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Scenarios of Bitcoin Core's functional tests, by their names. The answers are those of this
 * downloader: it asks all peers at once, and drops none to make room.
 */
class BitcoinScenariosTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final long HEIGHT = CHAIN.head().number();
  private static final long LOWEST = HEIGHT - 287;
  private static final DownloaderLimits LIMITS = DownloaderLimits.DEFAULT;
  private static final long HOUR = 3_600 * World.SECONDS;

  /** Notes what each peer was asked, and which heads were synced. */
  private static final class Notes implements Watcher {
    private final Map<PeerId, List<Question<?>>> asked = new HashMap<>();
    private final List<PeerId> origins = new ArrayList<>();

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

    List<Question<?>> asked(SimulatedPeer peer) {
      return asked.getOrDefault(peer.id(), List.of());
    }

    /** The lowest body of each question for bodies. */
    LongStream lowestBodies(SimulatedPeer peer) {
      return asked(peer).stream()
          .filter(Question.Bodies.class::isInstance)
          .mapToLong(question -> ((Question.Bodies) question).headers().get(0).number());
    }

    /** How often it was tried out below its range, with one block each time. */
    long tries(SimulatedPeer peer) {
      return lowestBodies(peer).filter(number -> number < LOWEST).count();
    }
  }

  private final World world = new World(LIMITS, CHAIN);
  private final Notes notes = new Notes();

  BitcoinScenariosTest() {
    world.simulation.watch(notes);
  }

  private SimulatedPeer silent(String name, PeerKind kind) {
    return world.peer(name, kind, CHAIN, PeerTraits.faulty(World.MILLIS, Fault.SILENT));
  }

  private void runUntilOneIsDropped() {
    world.simulation.runUntil(() -> !world.simulation.dropped().isEmpty(), HOUR);
    assertFalse(world.simulation.dropped().isEmpty(), world::story);
  }

  @Nested
  @DisplayName("p2p_ibd_stalling")
  class IbdStalling {
    /** A window as large as what is missing. The silent peer holds up nothing until the end. */
    @ParameterizedTest
    @EnumSource
    void shouldDropNoPeerWhileTheWindowSuffices(PeerKind kind) {
      SimulatedPeer silent = silent("silent", kind);
      world.peer("a", kind, CHAIN, PeerTraits.honest(50 * World.MILLIS));
      world.peer("b", kind, CHAIN, PeerTraits.honest(50 * World.MILLIS));
      world.simulation.sync(CHAIN.head().hash());
      world.runTo(CHAIN.head().hash(), 30 * World.SECONDS);
      assertTrue(world.simulation.dropped().isEmpty(), world::story);
      assertTrue(world.simulation.connected().containsKey(silent.id()));
    }

    /** A window of 64 blocks stands still once the silent peer owes its lowest one. */
    @Test
    void shouldAskAnotherPeerOnceTheFirstInFlightBlocksTheWindow() {
      DownloaderLimits narrow =
          LIMITS.with(
              limits -> {
                limits.queue = limits.queue.with(queue -> queue.windowBlocksMax = 64);
                limits.peers = limits.peers.with(peers -> peers.creditsMax = 1);
              });
      World narrowWorld = new World(narrow, CHAIN);
      PeerTraits traits = PeerTraits.honest(50 * World.MILLIS);
      narrowWorld.peer("honest", PeerKind.HEADER, CHAIN, traits);
      narrowWorld.simulation.sync(CHAIN.head().hash());
      narrowWorld.simulation.runUntil(
          () -> narrowWorld.simulation.downloader().holdings().openReservations() > 0, HOUR);
      PeerTraits stalling = PeerTraits.faulty(World.MILLIS, Fault.SILENT);
      SimulatedPeer owing = narrowWorld.peer("stalling", PeerKind.HEADER, CHAIN, stalling);
      narrowWorld.runTo(CHAIN.head().hash(), LIMITS.peers().blockTimeoutNanos() - 1);
      assertTrue(
          narrowWorld.simulation.runLog().lines().stream()
              .anyMatch(line -> line.contains("ask " + owing.id() + " #")),
          narrowWorld::story);
      assertEquals(0, narrowWorld.counters().timeouts(), "no deadline had to pass");
      assertTrue(narrowWorld.simulation.dropped().isEmpty(), narrowWorld::story);
      assertEquals(List.of(), narrowWorld.simulation.failures());
    }
  }

  @Nested
  @DisplayName("p2p_outbound_eviction")
  class OutboundEviction {
    @ParameterizedTest
    @EnumSource
    void shouldEvictASilentPeerAndElectNoneOfItsHeadsWhenItComesBack(PeerKind kind) {
      world.headerPeer("current", CHAIN.upTo(0));
      SimulatedPeer silent = silent("silent", kind);
      runUntilOneIsDropped();
      world.simulation.connect(silent, CHAIN.head().hash(), HEIGHT);
      world.pass(LIMITS.coolDownNanos() - World.SECONDS);
      assertEquals(List.of(silent.id()), notes.origins);
    }

    /** A place is not scarce, so a peer that is behind stays. It may have old blocks. */
    @Test
    void shouldKeepALaggingPeerAndElectNoneOfItsHeads() {
      world.headerPeer("current", CHAIN);
      world.runTo(CHAIN.head().hash(), 30 * World.SECONDS);
      SimulatedPeer lagging = world.headerPeer("lagging", CHAIN.upTo(1_000));
      world.pass(HOUR);
      assertFalse(notes.origins.contains(lagging.id()));
      assertTrue(world.simulation.connected().containsKey(lagging.id()));
    }

    @Test
    void shouldElectALaggingPeerThatCatchesUp() {
      world.headerPeer("current", CHAIN.upTo(1_500));
      world.runTo(CHAIN.hashAt(1_500), 30 * World.SECONDS);
      NodeChain has = new NodeChain(CHAIN.upTo(1_000), Range.ALL);
      PeerTraits traits = PeerTraits.honest(World.MILLIS);
      SimulatedPeer lagging =
          new SimulatedPeer(
              PeerId.of("lagging"), PeerKind.HEADER, CHAIN, has, traits, world.random.split());
      world.simulation.connect(lagging, CHAIN.hashAt(1_000), 1_000);
      world.pass(1_200 * World.SECONDS);
      has.set(CHAIN);
      world.simulation.announce(Announcement.ofPeer(lagging.id(), CHAIN.head().hash(), HEIGHT));
      world.runTo(CHAIN.head().hash(), World.SECONDS);
    }
  }

  /**
   * A node that serves the bodies of its last 288 blocks. It serves all headers, so its head may be
   * synced. Blocks that no peer serves become a gap, and no reason to refuse the head (decision 7).
   */
  @Nested
  @DisplayName("p2p_node_network_limited")
  class NodeNetworkLimited {
    private SimulatedPeer limited() {
      return limited(said(HEIGHT, LOWEST));
    }

    private static Announcement said(long head, long lowest) {
      return Announcement.ofPeer(PeerId.of("limited"), CHAIN.hashAt(head), head)
          .servingFrom(lowest);
    }

    private SimulatedPeer limited(Announcement said) {
      NodeChain has = new NodeChain(CHAIN, new Range(0, LOWEST, true, false));
      SimulatedPeer peer =
          new SimulatedPeer(
              PeerId.of("limited"),
              PeerKind.HEADER,
              CHAIN,
              has,
              PeerTraits.honest(World.MILLIS),
              world.random.split());
      world.simulation.connect(peer, said, true);
      return peer;
    }

    @Test
    void shouldNotAskItForBodiesThatItHasPrunedMeanwhile() {
      SimulatedPeer limited = limited(said(0, 0));
      world.pass(World.SECONDS);
      world.simulation.announce(said(HEIGHT, LOWEST));
      world.runTo(CHAIN.head().hash(), 30 * World.SECONDS);
      assertEquals(1, notes.tries(limited));
    }

    @Test
    void shouldNeverAskItForBodiesBelowItsRange() {
      SimulatedPeer limited = limited();
      world.headerPeer("archive", CHAIN);
      world.runTo(CHAIN.head().hash(), 30 * World.SECONDS);
      assertEquals(0, notes.tries(limited), world::story);
      assertEquals(List.of(), world.simulation.store().gaps());
    }

    @Test
    void shouldLeaveAGapIfNoPeerServesTheRangeBelow() {
      SimulatedPeer limited = limited();
      world.runTo(CHAIN.head().hash(), 30 * World.SECONDS);
      Gap gap = new Gap(1, CHAIN.block(LOWEST - 1).id());
      assertEquals(List.of(gap), world.simulation.store().gaps());
      assertEquals(1, notes.tries(limited));
      world.pass(HOUR);
      assertEquals(1, notes.tries(limited), "rounds of gap filling do not ask it again");

      world.headerPeer("archive", CHAIN);
      world.pass(60 * World.SECONDS);
      assertEquals(List.of(), world.simulation.store().gaps());
    }
  }

  @Nested
  @DisplayName("p2p_initial_headers_sync")
  class InitialHeadersSync {
    /** The number of the head is needed for all other questions, so two are asked at once. */
    @Test
    void shouldAskTwoPeersForTheFirstHeaderAndOneMoreForEachThatIsLate() {
      List<SimulatedPeer> silent = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        silent.add(silent("silent" + i, PeerKind.HEADER));
      }
      world.simulation.sync(CHAIN.head().hash());
      world.pass(200 * World.MILLIS);
      assertEquals(2, silent.stream().filter(peer -> !notes.asked(peer).isEmpty()).count());
      world.pass(LIMITS.peers().slowNanos());
      assertEquals(4, silent.stream().filter(peer -> !notes.asked(peer).isEmpty()).count());
    }

    @Test
    void shouldGoOnWithOtherPeersIfTheFirstIsSilent() {
      SimulatedPeer silent = silent("silent", PeerKind.HEADER);
      world.headerPeer("second", CHAIN);
      world.headerPeer("third", CHAIN);
      world.runTo(CHAIN.head().hash(), 30 * World.SECONDS);
      assertTrue(world.simulation.dropped().isEmpty(), world::story);
      assertTrue(world.simulation.connected().containsKey(silent.id()));
    }

    @Test
    void shouldDropAPeerThatNeverShowsItsHeadAndSpareATrustedOne() {
      SimulatedPeer named = silent("named", PeerKind.HEADER);
      SimulatedPeer trusted = silent("trusted", PeerKind.HEADER);
      world.simulation.tell(
          core -> core.onStanding(trusted.id(), PeerStanding::trust, world.simulation.now()));
      world.pass(200 * World.SECONDS);
      assertTrue(notes.origins.contains(trusted.id()), world::story);
      assertEquals(Map.of(named.id(), SyncError.TIMEOUT), world.simulation.dropped());
    }
  }
}
