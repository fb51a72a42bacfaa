package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lists of hashes that are wrong in one place, which a cross-check may miss. */
class FalseListTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 9_000, Shape.EMPTY);
  private static final Hash HEAD = CHAIN.head().hash();

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  /** Runs until the first batch of hashes waits to be stored. */
  private void holdFirstBatch() {
    assertTrue(world.simulation.runUntil(this::isAsking, World.SECONDS));
    world.simulation.holdStore(true);
    assertTrue(
        world.simulation.runUntil(
            () -> !isAsking() && world.simulation.isStoreWorking(), World.SECONDS));
  }

  private boolean isAsking() {
    return world.simulation.downloader().holdings().inFlightRequests() > 0;
  }

  @Test
  void shouldEndSyncWhereTheListerLeavesBeforeItsLinksAreStored() {
    SimulatedPeer leaving = world.hashPeer("leaving", CHAIN);
    world.simulation.sync(HEAD);
    holdFirstBatch();
    world.simulation.disconnect(leaving.id());
    world.simulation.holdStore(false);
    world.pass(World.SECONDS);
    assertEquals(1, world.simulation.failures().size());
    world.hashPeer("staying", CHAIN);
    world.runTo(HEAD, 60 * World.SECONDS);
  }

  @Test
  void shouldNotBlameTheSubstituteForWhatTheListerListed() {
    List<Hash> madeUp = new ArrayList<>();
    for (int i = 0; i < 2_048; i++) {
      madeUp.add(Hash.ofLongs(i, 1, 2, 3));
    }
    madeUp.add(0, HEAD);
    SimulatedPeer liar = world.join("liar", PeerKind.HASH, Listing.of(CHAIN).listing(madeUp));
    SimulatedPeer honest = world.hashPeer("honest", CHAIN);
    world.simulation.sync(HEAD);
    holdFirstBatch();
    world.simulation.disconnect(liar.id());
    world.simulation.holdStore(false);
    world.runTo(HEAD, 60 * World.SECONDS);
    assertEquals(SyncError.CROSS_CHECK_FAILED, world.simulation.failures().get(0).error());
    assertEquals(Set.of(), world.simulation.dropped().keySet());
    assertTrue(world.simulation.connected().containsKey(honest.id()));
  }

  /** An operator's sync has no origin. So the lister must be dropped, or it is asked for ever. */
  @Test
  void shouldDropTheListerWhenALinkOfAnOperatorsSyncWasLeftOut() {
    List<Hash> hashes = new ArrayList<>(Listing.of(CHAIN).newestFirst());
    hashes.remove(7_000);
    shouldDropListerOf(hashes);
  }

  @Test
  void shouldDropTheListerWhenALinkOfAnOperatorsSyncWasMadeUp() {
    List<Hash> hashes = new ArrayList<>(Listing.of(CHAIN).newestFirst());
    hashes.set(8_000, Hash.ofLongs(1, 2, 3, 4));
    shouldDropListerOf(hashes);
  }

  private void shouldDropListerOf(List<Hash> hashes) {
    SimulatedPeer liar = world.join("liar", PeerKind.HASH, Listing.of(CHAIN).listing(hashes));
    world.hashPeer("honest", CHAIN);
    world.simulation.sync(HEAD);
    world.runTo(HEAD, 60 * World.SECONDS);
    assertEquals(Map.of(liar.id(), SyncError.INVALID_CHAIN), world.simulation.dropped());
    assertEquals(1, world.simulation.failures().size());
  }

  @Test
  void shouldDropNobodyWhenTheFalseLinkIsFromASyncBefore() {
    List<Hash> hashes = new ArrayList<>(Listing.of(CHAIN).newestFirst());
    hashes.remove(7_000);
    SimulatedPeer liar = world.join("liar", PeerKind.HASH, Listing.of(CHAIN).listing(hashes));
    world.simulation.sync(HEAD);
    assertTrue(
        world.simulation.runUntil(
            () -> world.counters().hashes() == CHAIN.head().number() - 1, World.SECONDS));
    world.simulation.restart();
    world.simulation.disconnect(liar.id());
    SimulatedPeer honest = world.hashPeer("honest", CHAIN);
    world.simulation.announce(Announcement.ofPeer(honest.id(), HEAD, CHAIN.head().number()));
    assertTrue(
        world.simulation.runUntil(
            () -> !world.simulation.failures().isEmpty(), 60 * World.SECONDS));
    assertEquals(SyncError.INVALID_CHAIN, world.simulation.failures().get(0).error());
    assertTrue(world.simulation.connected().containsKey(honest.id()), world::story);
  }

  /** No peer knows the chain below it, and a random link of the batch hardly ever shows it. */
  @Test
  void shouldDropTheListerWhenTheLastHashOfItsAnswerWasMadeUp() {
    List<Hash> hashes = new ArrayList<>(Listing.of(CHAIN).newestFirst().subList(0, 2_048));
    hashes.add(Hash.ofLongs(1, 2, 3, 4));
    SimulatedPeer liar = world.join("liar", PeerKind.HASH, Listing.of(CHAIN).listing(hashes));
    world.hashPeer("honest", CHAIN);
    world.simulation.sync(HEAD);
    world.runTo(HEAD, 60 * World.SECONDS);
    assertEquals(Map.of(liar.id(), SyncError.CROSS_CHECK_FAILED), world.simulation.dropped());
  }

  /** The headers show how many hashes there can be. A longer list would be resumed below zero. */
  @Test
  void shouldDropTheListerWhenItListsMoreHashesThanTheNumbersAllow() {
    ChainMaker fork = CHAIN.forkAt(0, 9, 12_000);
    List<Hash> hashes = new ArrayList<>(Listing.of(CHAIN).newestFirst().subList(0, 1_001));
    Map<Hash, byte[]> blocks = new HashMap<>();
    hashes.forEach(hash -> blocks.put(hash, CHAIN.rawBlock(CHAIN.numberOf(hash).orElseThrow())));
    for (long n = fork.head().number(); n > 1_000; n--) {
      hashes.add(fork.hashAt(n));
      blocks.put(fork.hashAt(n), fork.rawBlock(n));
    }
    Repertoire upper = upperHeaders(8_001);
    SimulatedPeer liar = world.join("liar", PeerKind.HASH, new Listing(hashes, blocks));
    world.join("headers", PeerKind.HEADER, upper);
    world.simulation.sync(HEAD);
    assertTrue(
        world.simulation.runUntil(
            () -> !world.simulation.failures().isEmpty(), 60 * World.SECONDS));
    assertEquals(Map.of(liar.id(), SyncError.INVALID_CHAIN), world.simulation.dropped());
    world.hashPeer("honest", CHAIN);
    world.runTo(HEAD, 60 * World.SECONDS);
  }

  /** A header peer that has pruned what is below this number. */
  private static Repertoire upperHeaders(long lowest) {
    Repertoire whole = Repertoire.of(CHAIN);
    return new Repertoire() {
      @Override
      public List<Hash> hashes(Hash from, int max) {
        return List.of();
      }

      @Override
      public List<byte[]> headers(HeaderQuery query) {
        return whole.headers(query).stream()
            .filter(raw -> BlockHeader.decode(raw).number() >= lowest)
            .toList();
      }

      @Override
      public List<byte[]> blocks(List<Hash> asked) {
        return List.of();
      }

      @Override
      public List<byte[]> bodies(List<BlockHeader> headers) {
        return List.of();
      }
    };
  }
}
