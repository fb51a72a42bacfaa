package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.PeerLimits;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Rows 14 and 15 of the 2015 test table. A long fork has a banned block. Each attempt to sync it
 * moves the ban nearer to its head, until the head itself is banned.
 */
class BannedChain2015Test {
  private static final int C = 1_024;
  private static final int N = 8 * C;
  private static final ChainMaker TRUNK = ChainMaker.of(14, N, Shape.EMPTY);
  private static final long FORK_AT = N / 2 - 23 - 1;
  private static final ChainMaker FORK = TRUNK.forkAt(FORK_AT, 15, (int) (N - FORK_AT));

  private static World world(DownloaderLimits limits) {
    MemoryBlockStore store = new MemoryBlockStore(TRUNK.block(0));
    store.putBan(FORK.hashAt(FORK_AT + 1), "its lowest block is bad");
    return new World(World.quiet(limits), TRUNK, store, 1);
  }

  /**
   * Reconnects the attacker until it is refused.
   *
   * @return the number of attempts
   */
  private static int attackUntilRefused(World world, PeerKind kind, int bansMax) {
    Hash head = FORK.head().hash();
    int attempts = 0;
    while (!world.simulation.refusedHeads().containsKey(head)) {
      int bans = world.simulation.progress().bannedHashes();
      SimulatedPeer attacker = world.join("attack" + attempts, kind, Repertoire.of(FORK));
      assertEquals(Optional.of(SyncError.INVALID_CHAIN), world.sync(attacker, head));
      assertEquals(SyncError.INVALID_CHAIN, world.simulation.dropped().get(attacker.id()));
      int grown = world.simulation.progress().bannedHashes();
      assertTrue(grown == bans + 1 || grown == bansMax, bans + " bans, then " + grown);
      assertTrue(grown <= bansMax, grown + " bans");
      attempts++;
      if (world.simulation.downloader().bans().containsKey(head)) {
        SimulatedPeer last =
            new SimulatedPeer(PeerId.of("last"), kind, FORK, PeerTraits.honest(1), world.random);
        world.simulation.connect(last);
        assertEquals(SyncError.BANNED_HEAD, world.simulation.dropped().get(last.id()));
        assertFalse(world.simulation.connected().containsKey(last.id()));
      }
    }
    assertEquals(SyncError.BANNED_HEAD, world.simulation.refusedHeads().get(head));
    return attempts;
  }

  private static void assertValidWorks(World world) {
    SimulatedPeer valid = world.join("valid", TRUNK, PeerTraits.honest(World.MILLIS));
    assertEquals(Optional.empty(), world.sync(valid), world::story);
    assertEquals(TRUNK.head(), world.simulation.store().tip());
    for (Hash bad : BadHashes.PERMANENT) {
      assertTrue(world.simulation.downloader().bans().containsKey(bad));
    }
  }

  @Test
  @DisplayName("row 14: BannedChainStarvationAttack")
  void shouldBanUpToTheHeadWhenAChainOnABannedBlockComesAgain() {
    World world = world(DownloaderLimits.OF_2015);
    int attempts = attackUntilRefused(world, PeerKind.HASH, 4_096);
    int forked = (int) (N - FORK_AT);
    assertEquals((forked - 1 + 126) / 127, attempts, "127 blocks an attempt");
    assertValidWorks(world);
  }

  /** Headers prove the place of the banned block, so the ban grows as fast. */
  @Test
  @DisplayName("row 14: BannedChainStarvationAttack of header peers")
  void shouldBanUpToTheHeadWhenHeaderPeersAttack() {
    World world = world(DownloaderLimits.DEFAULT);
    int attempts = attackUntilRefused(world, PeerKind.HEADER, 4_096);
    assertTrue(attempts <= 40, attempts + " attempts");
    assertValidWorks(world);
  }

  @Test
  @DisplayName("row 15: BannedChainMemoryExhaustionAttack")
  void shouldHoldTheBoundWhenBansGrowByFour() {
    PeerLimits four =
        PeerLimits.OF_2015.with(
            peers -> {
              peers.wholeBlocksPerRequestMax = 4;
              peers.bodiesPerRequestMax = 4;
            });
    DownloaderLimits limits =
        DownloaderLimits.OF_2015.with(
            all -> {
              all.peers = four;
              all.bannedHashesMax = 256;
            });
    World world = world(limits);
    int attempts = attackUntilRefused(world, PeerKind.HASH, 256);
    assertTrue(attempts > 1_000, attempts + " attempts");
    assertEquals(256, world.simulation.progress().bannedHashes());
    assertEquals(256 - BadHashes.PERMANENT.size(), world.simulation.store().bans().size());
    assertValidWorks(world);
  }
}
