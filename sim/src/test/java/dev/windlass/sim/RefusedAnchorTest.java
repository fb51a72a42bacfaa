package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress.WaitingReason;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An operator's anchor that no peer can ever serve is given up with a reason. */
class RefusedAnchorTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);

  /** A chain with another genesis. */
  private static final ChainMaker FOREIGN = ChainMaker.of(7L << 32, 2_000, Shape.EMPTY);

  private static World above(Hash banned) {
    MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
    store.putBan(banned, "it is bad");
    return new World(DownloaderLimits.DEFAULT, CHAIN, store, 1);
  }

  private static void shouldEnd(World world, Hash anchor, int triesMax) {
    world.simulation.sync(anchor);
    world.pass(600 * World.SECONDS);
    long tries = world.counters().syncs();
    assertTrue(tries <= triesMax, () -> tries + " tries");
    assertTrue(world.simulation.refusedHeads().containsKey(anchor), "it says why");
    assertEquals(Map.of(), world.simulation.dropped());
    Optional<WaitingReason> waiting = world.simulation.downloader().waiting();
    assertTrue(
        waiting.filter(reason -> reason != WaitingReason.NO_HEAD).isEmpty(),
        "nothing waits for it");
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldEndAnAnchorAboveABannedBlock(PeerKind kind) {
    World world = above(CHAIN.hashAt(1_000));
    world.join("honest", kind, Repertoire.of(CHAIN));
    shouldEnd(world, CHAIN.head().hash(), 20);
  }

  @Test
  void shouldEndAnAnchorOfAChainThatMissesTheRoot() {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN);
    world.join("honest", PeerKind.HEADER, Repertoire.of(FOREIGN));
    shouldEnd(world, FOREIGN.head().hash(), 1);
  }

  /** As a node of hardhat serves it. */
  @Test
  void shouldEndAnAnchorAboveABlockWithoutAParent() {
    ChainMaker broken = CHAIN.brokenAt(1_000, 9, 500);
    World world = new World(DownloaderLimits.DEFAULT, CHAIN);
    world.join("honest", PeerKind.HEADER, Repertoire.of(broken));
    shouldEnd(world, broken.head().hash(), 1);
  }

  /** Bare hashes prove nothing. A liar could list such a chain to end an operator's anchor. */
  @Test
  void shouldTryLessAndLessOftenWhereHashesOnlyClaimThatItMissesTheRoot() {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN);
    world.join("honest", PeerKind.HASH, Repertoire.of(FOREIGN));
    world.simulation.sync(FOREIGN.head().hash());
    world.pass(1_200 * World.SECONDS);
    assertTrue(world.counters().syncs() <= 8, () -> world.counters().syncs() + " tries");
    assertEquals(Map.of(), world.simulation.dropped());
  }
}
