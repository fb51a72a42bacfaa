package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
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
import java.util.Set;
import java.util.TreeSet;
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

  /** btcd's TestInvalidateBlock, of the chain itself. */
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

  /** btcd's TestInvalidateBlock, of a branch. */
  @Test
  void shouldForgetABannedBlockBesideTheChainToo() {
    store.putBan(FORK.hashAt(160), "it is bad");
    assertEquals(List.of(), BannedBlocks.of(store, trust(290)).forget());
    assertEquals(CHAIN.head(), store.tip());
    assertTrue(store.known(FORK.hashAt(159)).isPresent());
    assertFalse(store.known(FORK.hashAt(180)).isPresent());
  }

  /** btcd's TestInvalidateBlock, of the genesis. */
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

  /** Else no head above the checkpoint could be synced. */
  @Test
  void shouldEndTheBansOfWhatStandsOnABlockThatACheckpointNames() {
    String standsOn = "stands on banned block ";
    store.putBan(BANNED.hash(), "it is bad");
    store.putBan(CHAIN.hashAt(250), standsOn + BANNED.hash());
    store.putBan(CHAIN.hashAt(280), standsOn + CHAIN.hashAt(250));
    store.putBan(FORK.hashAt(160), "it is bad");
    store.putBan(FORK.hashAt(170), standsOn + FORK.hashAt(160));
    assertEquals(List.of(), BannedBlocks.of(store, trust(201)).forget());
    assertEquals(Set.of(FORK.hashAt(160), FORK.hashAt(170)), store.bans().keySet());
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

  /** btcd's TestInvalidateBlock, of a block that is not stored. */
  @Test
  void shouldChangeNothingForABannedBlockThatIsNotStored() {
    store.putBan(FORK.hashAt(190), "it is bad");
    assertEquals(List.of(), BannedBlocks.of(store, Trust.ROOT_ONLY).forget());
    assertEquals(CHAIN.head(), store.tip());
  }

  private static World worldOf(BlockStore store, Questions asked) {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN, store, 1);
    world.simulation.watch(asked);
    return world;
  }

  /** The blocks that were asked for. */
  private static final class Questions implements Watcher {
    private final Set<Long> bodies = new TreeSet<>();

    @Override
    public Optional<String> asked(PeerId peer, Asked asked) {
      if (asked.question() instanceof Question.Bodies question) {
        question.headers().forEach(header -> bodies.add(header.number()));
      }
      return Optional.empty();
    }
  }

  /**
   * btcd's TestInvalidateBlock, if a branch is stored that is better than what is left. It is
   * canonical once a peer has its head, and no block of it is fetched again.
   */
  @Test
  void shouldTakeTheStoredBranchThatIsBestThen() {
    store.insert(blocks(FORK, 181, 280), false);
    assertEquals(CHAIN.head(), store.tip(), "it is lighter than the chain");
    store.putBan(BANNED.hash(), "it is bad");
    Questions asked = new Questions();
    World world = worldOf(store, asked);
    assertEquals(BANNED.number() - 1, store.tip().number());
    world.headerPeer("good", FORK.upTo(280));
    world.runTo(FORK.hashAt(280), 60 * World.SECONDS);
    assertEquals(Set.of(), asked.bodies);
  }

  /** btcd's TestReconsiderBlock: once the ban is removed, the chain is taken as before. */
  @Test
  void shouldTakeTheChainAgainOnceItsBanIsRemoved() {
    store.putBan(BANNED.hash(), "it is bad");
    Questions asked = new Questions();
    World world = worldOf(store, asked);
    world.headerPeer("owner", CHAIN);
    world.pass(60 * World.SECONDS);
    assertEquals(BANNED.number() - 1, store.tip().number(), world::story);

    store.removeBan(BANNED.hash());
    asked.bodies.clear();
    world.simulation.restart();
    world.headerPeer("again", CHAIN);
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    assertEquals(
        LongStream.rangeClosed(BANNED.number(), 300).boxed().toList(), List.copyOf(asked.bodies));
    world.simulation.restart();
    assertEquals(CHAIN.head(), store.tip(), "nothing remembers the ban");
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
