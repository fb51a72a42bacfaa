package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Anchors at every possible place, with a store whose root is not the genesis. */
class AnchorPlaceTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final int ROOT = 1_000;

  private final World world =
      new World(
          World.quiet(DownloaderLimits.DEFAULT), CHAIN, new MemoryBlockStore(CHAIN.block(ROOT)), 1);

  private void shouldSync(Hash anchor, BlockId tip, long blocks) {
    int before = world.simulation.done().size();
    world.simulation.sync(anchor);
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.done().size() > before, world.simulation.now() + World.SECONDS),
        world::story);
    assertEquals(blocks, world.simulation.done().get(before).blocks());
    assertEquals(tip, world.simulation.store().tip());
  }

  private void shouldFail(Hash anchor, SyncError error) {
    int before = world.simulation.failures().size();
    BlockId tip = world.simulation.store().tip();
    world.simulation.sync(anchor);
    assertTrue(
        world.simulation.runUntil(
            () -> world.simulation.failures().size() > before,
            world.simulation.now() + 60 * World.SECONDS),
        world::story);
    assertEquals(error, world.simulation.failures().get(before).error());
    assertEquals(tip, world.simulation.store().tip());
    world.simulation.cancel();
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldSyncAnchorsWhereverTheyStand(PeerKind kind) {
    PeerTraits traits = PeerTraits.honest(World.MILLIS);
    ChainMaker fork = CHAIN.forkAt(1_500, 3, 20);
    world.peer("trunk", kind, CHAIN, traits);
    world.peer("fork", kind, fork, traits);
    shouldSync(CHAIN.hashAt(ROOT), CHAIN.block(ROOT).id(), 0);
    shouldSync(CHAIN.hashAt(ROOT + 1), CHAIN.block(ROOT + 1).id(), 1);
    shouldSync(CHAIN.head().hash(), CHAIN.head(), 999);
    shouldSync(CHAIN.head().hash(), CHAIN.head(), 0);
    shouldSync(CHAIN.hashAt(1_400), CHAIN.head(), 0);
    shouldSync(fork.head().hash(), fork.head(), 20);
    shouldSync(CHAIN.hashAt(1_510), CHAIN.block(1_510).id(), 0);
    shouldSync(CHAIN.head().hash(), CHAIN.head(), 0);
    shouldSync(CHAIN.hashAt(ROOT), CHAIN.head(), 0);
    assertTrue(world.simulation.failures().isEmpty());
    assertTrue(world.simulation.store().segments().isEmpty());
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldRefuseAnchorsThatDoNotStandOnTheRoot(PeerKind kind) {
    PeerTraits traits = PeerTraits.honest(World.MILLIS);
    ChainMaker below = CHAIN.forkAt(900, 3, 400);
    world.peer("trunk", kind, CHAIN, traits);
    world.peer("below", kind, below, traits);
    SyncError error = kind == PeerKind.HASH ? SyncError.EMPTY_HASH_SET : SyncError.INVALID_CHAIN;
    shouldFail(CHAIN.hashAt(ROOT - 1), error);
    shouldFail(CHAIN.hashAt(0), error);
    shouldFail(below.head().hash(), error);
    shouldFail(below.hashAt(ROOT), error);
    shouldSync(CHAIN.head().hash(), CHAIN.head(), 1_000);
    assertTrue(
        world.simulation.dropped().isEmpty(), "a peer that serves a true chain is not to blame");
  }
}
