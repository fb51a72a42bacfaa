package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The attacks of the 2015 test table, with its sizes and limits, in virtual time. Each ends in
 * exactly one error and in the drop of the attacker, and a valid peer can then sync.
 *
 * <p>The links of hash peers are cross-checked here in every batch. A random pick may therefore
 * find a lie before the rule of the row does. The seeds avoid that if the row is about another
 * rule.
 */
class Attack2015Test {
  private static final int C = 1_024;
  private static final ChainMaker LONG = ChainMaker.of(16, 16 * C, Shape.EMPTY);

  /**
   * Asserts that the attack fails with this error, that the attacker is dropped, and that nothing
   * of it is left.
   */
  private static void assertFails(World world, SimulatedPeer attacker, Hash head, SyncError due) {
    assertEquals(Optional.of(due), world.sync(attacker, head), world::story);
    assertEquals(Map.of(attacker.id(), due), world.simulation.dropped());
    assertTrue(world.simulation.banned().isEmpty());
    assertFalse(world.isTip(head));
    assertEquals(0, world.simulation.downloader().holdings().missingBlocks());
    assertEquals(0, world.simulation.downloader().holdings().bufferedBlocks());
  }

  private static void assertValidWorks(World world, ChainMaker chain) {
    SimulatedPeer valid = world.join("valid", chain, PeerTraits.honest(World.MILLIS));
    assertEquals(Optional.empty(), world.sync(valid), world::story);
    assertEquals(chain.head(), world.simulation.store().tip());
    assertEquals(Optional.empty(), Invariants.stored(world.simulation, chain));
    assertFalse(world.simulation.dropped().containsKey(valid.id()));
  }

  /** In 2015 the insert failed. Here the last batch is cross-checked too, before any insert. */
  @Test
  @DisplayName("row 7: NonExistingParentAttack")
  void shouldFailTheCrossCheckWhenTheLowestBlockHasAnotherParent() {
    ChainMaker chain = LONG.upTo(1);
    World world = World.of2015(chain);
    Block orphan = Forgery.block(1, Forgery.hashes(1, 7).get(0), 7);
    Listing listing = Listing.of(List.of(orphan), chain.hashAt(0));
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, listing);
    assertFails(world, attacker, orphan.hash(), SyncError.CROSS_CHECK_FAILED);
    assertTrue(world.simulation.store().known(orphan.hash()).isEmpty());
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 8: RepeatingHashAttack, the chain never links")
  void shouldFailWithAnEmptySetWhenTheChainNeverLinks() {
    ChainMaker chain = LONG.upTo(C);
    World world = World.of2015(chain);
    List<Hash> all = Listing.of(chain).newestFirst();
    Listing rootless = Listing.of(chain).listing(all.subList(0, all.size() - 1));
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, rootless);
    assertFails(world, attacker, chain.head().hash(), SyncError.EMPTY_HASH_SET);
    assertTrue(world.simulation.now() < World.SECONDS);
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 8: RepeatingHashAttack, the same hashes again and again")
  void shouldFailAsBadPeerWhenTheHashesRepeat() {
    ChainMaker chain = LONG.upTo(C);
    World world = World.of2015(chain);
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, Listing.of(chain).circling(C / 2));
    assertFails(world, attacker, chain.head().hash(), SyncError.BAD_PEER);
    assertTrue(world.simulation.now() < World.SECONDS);
    assertValidWorks(world, chain);
  }

  /**
   * In 2015 this was "peers unavailable", since the zero hash has no block. Here the block above it
   * is refused at delivery, since its parent is not the zero hash.
   */
  @Test
  @DisplayName("row 9: NonExistingBlockAttack, the middle hash is zero")
  void shouldFailAsInvalidChainWhenAMiddleHashIsZero() {
    ChainMaker chain = LONG.upTo(C);
    World world = World.of2015(chain);
    List<Hash> hashes = new ArrayList<>(Listing.of(chain).newestFirst());
    hashes.set(hashes.size() / 2, Hash.ZERO);
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, Listing.of(chain).listing(hashes));
    assertFails(world, attacker, chain.head().hash(), SyncError.INVALID_CHAIN);
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 9: NonExistingBlockAttack, the middle block is not there")
  void shouldFailWithPeersUnavailableWhenAMiddleBlockIsNowhere() {
    ChainMaker chain = LONG.upTo(C);
    World world = World.of2015(chain);
    Listing holey = Listing.of(chain).without(chain.hashAt(C / 2));
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, holey);
    assertFails(world, attacker, chain.head().hash(), SyncError.PEERS_UNAVAILABLE);
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 10: InvalidHashOrderAttack")
  void shouldFailAsInvalidChainWhenChunksAreSwapped() {
    ChainMaker chain = LONG.upTo(4 * C);
    World world = World.of2015(chain);
    List<Hash> hashes = new ArrayList<>(Listing.of(chain).newestFirst());
    List<Hash> second = new ArrayList<>(hashes.subList(C, 2 * C));
    for (int i = 0; i < C; i++) {
      hashes.set(C + i, hashes.get(2 * C + i));
      hashes.set(2 * C + i, second.get(i));
    }
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, Listing.of(chain).listing(hashes));
    assertFails(world, attacker, chain.head().hash(), SyncError.INVALID_CHAIN);
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 11: MadeupHashChainAttack, 1,048,576 random hashes")
  void shouldFailTheCrossCheckWhenHashesAreMadeUp() {
    ChainMaker chain = LONG.upTo(4 * C);
    World world = World.of2015(chain);
    Listing madeUp = new Listing(Forgery.hashes(C * C, 11), Map.of());
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, madeUp);
    assertFails(world, attacker, madeUp.head(), SyncError.CROSS_CHECK_FAILED);
    assertTrue(world.counters().hashes() <= 2_048, "the first batch shows it");
    assertTrue(world.simulation.store().segments().isEmpty(), "claimed links outlive the lie");
    assertValidWorks(world, chain);
  }

  /** The same, and the liar answers neither check within three seconds. */
  @Test
  @DisplayName("row 11: MadeupHashChainAttack, silent when it is checked")
  void shouldFailTheCrossCheckWhenItGoesUnanswered() {
    ChainMaker chain = LONG.upTo(4 * C);
    World world = World.of2015(chain);
    Listing madeUp = new Listing(Forgery.hashes(C * C, 11), Map.of());
    long latency = 3_500 * World.MILLIS;
    SimulatedPeer attacker =
        world.join("attack", PeerKind.HASH, madeUp, PeerTraits.honest(latency));
    assertFails(world, attacker, madeUp.head(), SyncError.CROSS_CHECK_FAILED);
    long waited = world.simulation.now() - latency;
    assertTrue(waited >= 6 * World.SECONDS && waited < 7 * World.SECONDS, waited + " ns");
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 12: MadeupHashChainDrippingAttack")
  void shouldFailAsStallingWhenHashesDrip() {
    ChainMaker chain = LONG.upTo(4 * C);
    World world = World.of2015(chain);
    List<Hash> hashes = Forgery.hashes(16 * C, 12);
    hashes.add(chain.hashAt(0));
    Listing dripping = new Listing(hashes, Map.of()).dripping();
    SimulatedPeer attacker = world.join("attack", PeerKind.HASH, dripping);
    assertFails(world, attacker, hashes.get(0), SyncError.STALLING);
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 13: MadeupBlockChainAttack, every second hash")
  void shouldFailTheCrossCheckWhenEverySecondHashIsLeftOut() {
    ChainMaker chain = LONG;
    World world = World.of2015(chain);
    List<Hash> all = Listing.of(chain).newestFirst();
    List<Hash> everySecond = new ArrayList<>();
    for (int i = 0; i < all.size(); i += 2) {
      everySecond.add(all.get(i));
    }
    SimulatedPeer attacker =
        world.join("attack", PeerKind.HASH, Listing.of(chain).listing(everySecond));
    assertFails(world, attacker, chain.head().hash(), SyncError.CROSS_CHECK_FAILED);
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 13b: MadeupParentBlockChainAttack, every block names the known one its parent")
  void shouldFailTheCrossCheckWhenEveryParentIsTheKnownBlock() {
    ChainMaker chain = LONG.upTo(4 * C);
    World world = World.of2015(chain);
    List<Block> blocks = new ArrayList<>();
    for (int i = 1; i <= 16 * C; i++) {
      blocks.add(Forgery.block(i, chain.hashAt(0), i));
    }
    SimulatedPeer attacker =
        world.join("attack", PeerKind.HASH, Listing.of(blocks, chain.hashAt(0)));
    Hash head = blocks.get(blocks.size() - 1).hash();
    assertFails(world, attacker, head, SyncError.CROSS_CHECK_FAILED);
    assertValidWorks(world, chain);
  }

  @Test
  @DisplayName("row 18: BlockAttackerDropping, a good block: no peer is dropped")
  void shouldDropNobodyWhenTheBlocksAreGood() {
    ChainMaker chain = LONG.upTo(1);
    World world = World.of2015(chain);
    SimulatedPeer origin = world.join("origin", PeerKind.HASH, Listing.of(chain));
    assertEquals(Optional.empty(), world.sync(origin, chain.head().hash()));
    assertTrue(world.simulation.dropped().isEmpty());
    assertTrue(world.simulation.banned().isEmpty());
  }

  /**
   * In 2015 the deliverer of the orphan was dropped. Here the origin of the chain is blamed, since
   * the deliverer only sent what it was asked for.
   */
  @Test
  @DisplayName("row 18: BlockAttackerDropping, an orphan: its origin is dropped, not its deliverer")
  void shouldDropTheOriginWhenSomebodyElseDeliversItsOrphan() {
    ChainMaker chain = LONG.upTo(C);
    World world = World.of2015(chain);
    List<Hash> all = new ArrayList<>(Listing.of(chain).newestFirst());
    Collections.swap(all, C / 2, C / 2 + 1);
    Listing lies = new Listing(all, Map.of(all.get(0), chain.rawBlock(C)));
    SimulatedPeer origin = world.join("origin", PeerKind.HASH, lies);
    SimulatedPeer deliverer = world.join("deliverer", PeerKind.HASH, Listing.of(chain));
    assertEquals(Optional.of(SyncError.INVALID_CHAIN), world.sync(origin, chain.head().hash()));
    assertEquals(Map.of(origin.id(), SyncError.INVALID_CHAIN), world.simulation.dropped());
    assertTrue(world.simulation.connected().containsKey(deliverer.id()));
    assertEquals(Optional.empty(), world.sync(deliverer, chain.head().hash()), world::story);
    assertEquals(chain.head(), world.simulation.store().tip());
  }

  @Test
  @DisplayName("row 18: a deliverer that fabricates blocks is banned, and the sync goes on")
  void shouldBanTheDelivererWhenItFabricates() {
    ChainMaker chain = LONG.upTo(C);
    World world = World.of2015(chain);
    SimulatedPeer origin = world.join("origin", chain, PeerTraits.honest(World.MILLIS));
    SimulatedPeer liar =
        world.join("liar", chain, PeerTraits.faulty(World.MILLIS, Fault.FABRICATING));
    assertEquals(Optional.empty(), world.sync(origin), world::story);
    assertEquals(chain.head(), world.simulation.store().tip());
    assertEquals(Set.of(liar.id()), world.simulation.banned().keySet());
    assertTrue(world.simulation.dropped().isEmpty());
  }
}
