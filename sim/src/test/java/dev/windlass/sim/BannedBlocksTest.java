package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.StoreException;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.BannedBlocks;
import dev.windlass.downloader.links.Reorg;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.links.StoreEvent;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.links.StoreWork;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Stored blocks that are banned afterwards. */
class BannedBlocksTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 300, Shape.EMPTY);
  private static final ChainMaker FORK = CHAIN.forkAt(150, 5, 200);
  private static final BlockId BANNED = CHAIN.block(201).id();

  private final BlockStore store = new MemoryBlockStore(CHAIN.block(0));

  BannedBlocksTest() {
    store.insert(blocks(CHAIN, 1, 300), false);
    store.insert(blocks(FORK, 151, 180), false);
  }

  private static List<Block> blocks(ChainMaker chain, long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(chain::block).toList();
  }

  private static Trust trust(long checkpoint) {
    return new Trust(List.of(CHAIN.block(checkpoint).id()));
  }

  @Test
  void shouldGoBackToTheParentOfABannedBlock() {
    store.putBan(BANNED.hash(), "it is bad");
    List<BannedBlocks.Rewind> rewinds = BannedBlocks.of(store, trust(200)).forget();
    BlockId parent = CHAIN.block(200).id();
    assertEquals(parent, store.tip());
    StoreChange change =
        new StoreChange(
            List.of(), CHAIN.head(), parent, Optional.of(new Reorg(parent, CHAIN.head(), parent)));
    assertEquals(List.of(new BannedBlocks.Rewind(BANNED, "it is bad", change)), rewinds);
    assertEquals(
        List.of(new ChainEvent.Disconnected(CHAIN.head(), parent)), change.events(), "no more");
    assertTrue(store.known(FORK.hashAt(180)).isPresent());
    assertEquals(List.of(), BannedBlocks.of(store, trust(200)).forget(), "nothing is left to do");
  }

  @Test
  void shouldGoBackOnceWhenABlockAboveIsBannedToo() {
    store.putBan(BANNED.hash(), "it is bad");
    store.putBan(CHAIN.hashAt(250), "it stands on a bad one");
    List<BannedBlocks.Rewind> rewinds = BannedBlocks.of(store, Trust.ROOT_ONLY).forget();
    assertEquals(1, rewinds.size());
    assertEquals(BANNED.number() - 1, store.tip().number());
  }

  @Test
  void shouldForgetABannedBlockBesideTheChainToo() {
    store.putBan(FORK.hashAt(160), "it is bad");
    assertEquals(List.of(), BannedBlocks.of(store, trust(290)).forget());
    assertEquals(CHAIN.head(), store.tip());
    assertTrue(store.known(FORK.hashAt(159)).isPresent());
    assertFalse(store.known(FORK.hashAt(180)).isPresent());
  }

  @Test
  void shouldRefuseToGoBackBelowAPassedCheckpointOrTheRoot() {
    store.putBan(BANNED.hash(), "it is bad");
    StoreException refused =
        assertThrows(StoreException.class, () -> BannedBlocks.of(store, trust(260)));
    assertEquals(StoreException.Kind.OTHER_CHAIN, refused.kind());
    assertEquals(
        String.format(
            "block %s is banned (it is bad) and cannot be removed, since it is not above"
                + " checkpoint %s, which the stored chain has passed",
            BANNED, CHAIN.block(260).id()),
        refused.getMessage());
    store.removeBan(BANNED.hash());
    store.putBan(CHAIN.hashAt(0), "it is bad");
    assertTrue(
        assertThrows(StoreException.class, () -> BannedBlocks.of(store, Trust.ROOT_ONLY))
            .getMessage()
            .endsWith("not above the root of the store"));
    assertEquals(CHAIN.head(), store.tip());
  }

  /** A false list of hashes may have named it before it became a checkpoint. */
  @Test
  void shouldNotBanWhatACheckpointNames() {
    store.putBan(BANNED.hash(), "it is bad");
    assertEquals(List.of(), BannedBlocks.of(store, trust(201)).forget());
    assertEquals(Optional.empty(), store.banOf(BANNED.hash()));
    assertEquals(CHAIN.head(), store.tip());
  }

  @Test
  void shouldReportABannedBlockOfARunAndStoreNothing() {
    StoreWork work = new StoreWork(store, Trust.ROOT_ONLY);
    store.putBan(FORK.hashAt(185), "it is bad");
    StoreEvent event = new StoreJob.Insert(1, blocks(FORK, 181, 190), true, true).doWith(work);
    assertTrue(event.change().isEmpty());
    assertFalse(store.known(FORK.hashAt(181)).isPresent());
  }

  @Test
  void shouldSyncAnotherBranchAfterTheStart() {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN, store, 1);
    world.headerPeer("bad", CHAIN);
    world.pass(World.SECONDS);
    store.putBan(BANNED.hash(), "it is bad");
    world.simulation.restart();
    assertEquals(BANNED.number() - 1, store.tip().number());
    world.headerPeer("good", FORK);
    world.runTo(FORK.head().hash(), 60 * World.SECONDS);
    world.pass(60 * World.SECONDS);
    assertEquals(FORK.head(), store.tip());
    assertFalse(world.simulation.banned().containsKey(PeerId.of("good")));
  }
}
