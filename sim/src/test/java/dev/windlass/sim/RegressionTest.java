package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.PeerLimits;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Defects of the core that random worlds have found, each in the smallest world that shows it. */
class RegressionTest {
  private static final ChainMaker CHAIN = ChainMaker.of(21, 2_000, Shape.EMPTY);

  private static DownloaderLimits small(int hashes, int headers) {
    return DownloaderLimits.DEFAULT.with(
        limits -> {
          limits.peers =
              limits.peers.with(
                  peers -> {
                    peers.hashesPerRequestMax = hashes;
                    peers.headersPerRequestMax = headers;
                  });
          limits.hashesNewMin = 16;
          limits.paceItemsMin = 3 * 16;
          limits.headersAheadMax = headers;
          limits.headersPerAppendMax = headers;
        });
  }

  /** Requests as usual. */
  private static DownloaderLimits window(int blocks, long bytes) {
    return small(2_048, 1_024)
        .with(
            limits ->
                limits.queue =
                    limits.queue.with(
                        queue -> {
                          queue.windowBlocksMax = blocks;
                          queue.windowBytesMax = bytes;
                          queue.linksAheadMax = 500;
                          queue.copiesMax = 2;
                        }));
  }

  /**
   * Two anchors that no peer has took turns for ever. Each attempt takes longer than the back-off
   * of a failed anchor, so one of the two was always due before the third.
   */
  @Test
  void shouldGiveEveryAnchorItsTurnWhenOthersFailAgainAndAgain() {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN);
    for (int i = 0; i < 2; i++) {
      PeerTraits silent = PeerTraits.faulty(World.MILLIS, Fault.SILENT);
      world.peer("silent" + i, PeerKind.HASH, CHAIN, silent);
    }
    world.hashPeer("honest", CHAIN);
    Forgery.hashes(2, 1).forEach(world.simulation::sync);
    world.simulation.sync(CHAIN.head().hash());
    assertTrue(
        world.simulation.runUntil(() -> !world.simulation.done().isEmpty(), 120 * World.SECONDS),
        world::story);
    assertEquals(CHAIN.head(), world.simulation.store().tip());
  }

  /** False claimed links of an operator's anchor were kept, and found again in every attempt. */
  @Test
  void shouldWalkAfreshWhenTheLinksOfAnOperatorsAnchorProvedFalse() {
    World world = World.of2015(CHAIN);
    List<Hash> swapped = new ArrayList<>(Listing.of(CHAIN).newestFirst());
    Collections.swap(swapped, 1_000, 1_001);
    SimulatedPeer liar = world.join("liar", PeerKind.HASH, Listing.of(CHAIN).listing(swapped));
    world.simulation.sync(CHAIN.head().hash());
    assertTrue(
        world.simulation.runUntil(
            () -> !world.simulation.failures().isEmpty() && !world.simulation.isStoreWorking(),
            60 * World.SECONDS));
    assertEquals(SyncError.INVALID_CHAIN, world.simulation.failures().get(0).error());
    assertEquals(Map.of(liar.id(), SyncError.INVALID_CHAIN), world.simulation.dropped());
    assertEquals(List.of(), world.simulation.store().segments());
    world.join("honest", CHAIN, PeerTraits.honest(World.MILLIS));
    world.simulation.sync(CHAIN.head().hash());
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
  }

  /**
   * The mark that detects circles lay below a segment that the batch had joined, so the honest
   * hashes below it looked like a circle.
   */
  @Test
  void shouldSeeNoCircleWhenABatchReachedBelowASegmentThatItJoined() {
    ChainMaker chain = CHAIN.upTo(400);
    World world = new World(small(100, 20), chain);
    world.headerPeer("header", chain.upTo(300));
    world.simulation.sync(chain.hashAt(300));
    assertTrue(
        world.simulation.runUntil(
            () -> !world.simulation.store().segments().isEmpty(), World.SECONDS));
    world.simulation.disconnect(PeerId.of("header"));
    world.simulation.cancel();
    world.pass(World.SECONDS);
    long stored = world.simulation.store().segments().get(0).length();
    assertTrue(stored > 0 && stored < 80, stored + " links");
    world.hashPeer("hash", chain);
    world.simulation.sync(chain.hashAt(310));
    world.runTo(chain.hashAt(310), 60 * World.SECONDS);
    assertFalse(world.simulation.dropped().containsKey(PeerId.of("hash")));
    assertEquals(
        List.of(SyncError.NO_PEERS),
        world.simulation.failures().stream().map(Simulation.Failure::error).toList());
  }

  /** Right blocks that no request asked for were buffered above the window, whatever its size. */
  @ParameterizedTest
  @EnumSource
  void shouldStayInTheWindowWhenUnrequestedBlocksCome(PeerKind kind) {
    World world = new World(window(8, 64L << 20), CHAIN);
    overlapping(world, kind);
  }

  /** Unrequested blocks exceeded the byte budget (seed 19534). */
  @ParameterizedTest
  @EnumSource
  void shouldStayInTheBytesWhenUnrequestedBlocksCome(PeerKind kind) {
    World world = new World(window(600, 3_000), CHAIN);
    world.simulation.addInvariant(
        simulation ->
            simulation.downloader().holdings().bufferedBytes() > 3_000 + 1_024
                ? Optional.of(
                    simulation.downloader().holdings().bufferedBytes() + " bytes are held")
                : Optional.empty());
    overlapping(world, kind);
  }

  private static void overlapping(World world, PeerKind other) {
    for (int i = 0; i < 3; i++) {
      PeerTraits overlapping = PeerTraits.faulty(World.MILLIS, Fault.OVERLAPPING);
      world.peer("overlapping" + i, PeerKind.HASH, CHAIN, overlapping);
    }
    world.peer("other", other, CHAIN, PeerTraits.honest(5 * World.MILLIS));
    world.simulation.sync(CHAIN.head().hash());
    world.runTo(CHAIN.head().hash(), 600 * World.SECONDS);
    assertTrue(world.simulation.banned().isEmpty());
  }

  /**
   * A peer whose set of lacking hashes was full was asked for the same blocks again and again,
   * until the deadline of the sync (seed 2295).
   */
  @Test
  void shouldEndAtOnceWhenPeersLackMoreThanCanBeRemembered() {
    PeerLimits forgetful = PeerLimits.DEFAULT.with(peers -> peers.lacksMax = 50);
    DownloaderLimits limits = DownloaderLimits.DEFAULT.with(all -> all.peers = forgetful);
    World world = new World(World.quiet(limits), CHAIN);
    world.simulation.watch(new AskingRules(world.simulation));
    Listing none =
        new Listing(Listing.of(CHAIN).newestFirst(), Map.of(CHAIN.hashAt(0), new byte[0]));
    SimulatedPeer checked = world.join("checked", CHAIN, PeerTraits.honest(World.MILLIS));
    SimulatedPeer pruned = world.join("pruned", PeerKind.HASH, none);
    world.simulation.announce(Announcement.ofPeer(pruned.id(), CHAIN.head().hash(), -1));
    assertTrue(
        world.simulation.runUntil(
            () -> world.counters().crossChecksPassed() > 0, 60 * World.SECONDS));
    world.simulation.disconnect(checked.id());
    assertTrue(
        world.simulation.runUntil(() -> !world.simulation.failures().isEmpty(), 10 * World.SECONDS),
        world::story);
    assertEquals(SyncError.PEERS_UNAVAILABLE, world.simulation.failures().get(0).error());
  }
}
