package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.PeerKind;
import dev.windlass.store.MemoryBlockStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every chain passes through the trusted blocks, and none leaves the stored one below them. */
class CheckpointTest {
  private static final List<Block> CHAIN = TestBlocks.chain(20);
  private static final List<Block> OTHER = TestBlocks.fork(CHAIN, 3, 7);

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.get(0));
  private DrivenCore core;

  private DrivenCore coreWith(BlockId... checkpoints) {
    core =
        new DrivenCore(DrivenCore.LIMITS, store, Map.of(), new Trust(Arrays.asList(checkpoints)));
    return core;
  }

  private static BlockId id(List<Block> chain, int number) {
    return chain.get(number).id();
  }

  /** Connects five peers at least, so that the head is chosen at once. */
  private PeerId connect(PeerKind kind, List<Block> chain) {
    for (int i = 0; i < 4; i++) {
      core.connect("idle" + i, PeerKind.HASH, CHAIN.subList(0, 1));
    }
    PeerId peer = core.connect("a", kind, chain);
    core.runStore();
    return peer;
  }

  private List<Hash> started() {
    return core.actions(Action.SyncStarted.class).stream().map(Action.SyncStarted::anchor).toList();
  }

  /** Lets the peers of a chain answer everything, until nothing is open or due soon. */
  private void run(List<Block> chain) {
    for (int i = 0; i < 20; i++) {
      core.answerAll(chain);
      core.pass(DrivenCore.SECONDS);
    }
    core.answerAll(chain);
  }

  @Test
  void shouldSyncFromOneCheckpointToTheNextBeforeAHead() {
    coreWith(id(CHAIN, 5), id(CHAIN, 9));
    connect(PeerKind.HEADER, CHAIN);
    run(CHAIN);
    assertEquals(
        List.of(id(CHAIN, 5).hash(), id(CHAIN, 9).hash(), id(CHAIN, 20).hash()), started());
    assertEquals(id(CHAIN, 20), core.tip());
    assertEquals(
        List.of(id(CHAIN, 5), id(CHAIN, 9)),
        core.actions(Action.CheckpointPassed.class).stream()
            .map(Action.CheckpointPassed::checkpoint)
            .toList());
    assertEquals(List.of(id(CHAIN, 5), id(CHAIN, 9)), store.passedCheckpoints());
  }

  @Test
  void shouldBanAPeerWhoseChainContradictsACheckpoint() {
    coreWith(id(CHAIN, 9));
    PeerId liar = connect(PeerKind.HEADER, OTHER);
    run(OTHER);
    Action.BanPeer ban = core.action(Action.BanPeer.class);
    assertEquals(liar, ban.peer());
    assertEquals(Offence.WRONG_CHAIN, ban.offence());
    assertEquals(
        "block 9 is " + id(OTHER, 9).hash() + ", and the checkpoint is " + id(CHAIN, 9).hash(),
        ban.evidence());
    assertEquals(id(CHAIN, 0), core.tip());
    assertEquals(List.of(), core.jobs(StoreJob.RecordBan.class), "a corrected checkpoint heals it");
  }

  @Test
  void shouldNotBanACheckpoint() {
    Map<Hash, String> bans = Map.of(id(CHAIN, 9).hash(), "a list of hashes was false");
    core = new DrivenCore(DrivenCore.LIMITS, store, bans, new Trust(List.of(id(CHAIN, 9))));
    connect(PeerKind.HEADER, CHAIN);
    run(CHAIN);
    assertEquals(id(CHAIN, 20), core.tip());
  }

  @Test
  void shouldGiveUpACheckpointWhoseChainDoesNotComeDownToTheRoot() {
    List<Block> foreign = TestBlocks.linked(0, Hash.ZERO, 21, block -> block.branch(99));
    coreWith(id(foreign, 9));
    connect(PeerKind.HEADER, foreign);
    run(foreign);
    assertEquals(1, started().stream().filter(id(foreign, 9).hash()::equals).count());
    assertEquals(SyncError.INVALID_CHAIN, core.actions(Action.RefuseHead.class).get(0).error());
  }

  @Test
  void shouldWaitForACheckpointAboveTheHead() {
    coreWith(id(CHAIN, 20));
    PeerId peer = connect(PeerKind.HEADER, CHAIN.subList(0, 13));
    run(CHAIN.subList(0, 13));
    assertEquals(List.of(id(CHAIN, 12).hash()), started());
    assertEquals(id(CHAIN, 12), core.tip());
    core.announce(peer, CHAIN.get(20));
    run(CHAIN);
    assertEquals(id(CHAIN, 20), core.tip());
    assertEquals(id(CHAIN, 20), core.action(Action.CheckpointPassed.class).checkpoint());
  }

  @Test
  void shouldTakeNoChainThatLeavesBelowThePassedCheckpoint() {
    store.insert(CHAIN.subList(1, 10), false);
    coreWith(id(CHAIN, 6));
    List<Block> fork = TestBlocks.fork(CHAIN, 4, 9).subList(0, 6);
    for (int i = 0; i < 4; i++) {
      core.connect("idle" + i, PeerKind.HEADER, CHAIN.subList(0, 1));
    }
    PeerId liar = PeerId.of("liar");
    Announcement said = Announcement.ofPeer(liar, id(fork, 5).hash(), 5);
    core.tell(c -> c.onPeer(liar, PeerKind.HEADER, said.replacing(), core.now()));
    run(fork);
    Action.BanPeer ban = core.action(Action.BanPeer.class);
    assertEquals(liar, ban.peer());
    assertEquals("the chain leaves ours at block 4, below checkpoint 6", ban.evidence());
    assertEquals(id(CHAIN, 9), core.tip());
  }

  @Test
  void shouldTakeAChainThatLeavesAboveThePassedCheckpoint() {
    store.insert(CHAIN.subList(1, 10), false);
    coreWith(id(CHAIN, 6));
    List<Block> fork = TestBlocks.fork(CHAIN, 6, 9);
    connect(PeerKind.HEADER, fork);
    run(fork);
    assertEquals(id(fork, 20), core.tip());
  }

  @Test
  void shouldRefuseAnAnchorThatContradictsACheckpointAndBlameNobody() {
    coreWith(id(CHAIN, 9));
    // The peer serves the chain, and claims only its beginning.
    core.connect("a", PeerKind.HEADER, OTHER.subList(0, 1));
    core.sync(OTHER.get(20));
    run(OTHER);
    assertEquals(
        new Action.RefuseHead(id(OTHER, 20).hash(), SyncError.CHECKPOINT_MISMATCH),
        core.action(Action.RefuseHead.class));
    assertEquals(List.of(), core.actions(Action.BanPeer.class));
    assertEquals(id(CHAIN, 0), core.tip());
  }

  @Test
  void shouldInsertNothingOfAListedChainFromACheckpointThatItContradicts() {
    coreWith(id(CHAIN, 9));
    core.connect("a", PeerKind.HASH, OTHER);
    core.sync(OTHER.get(20));
    run(OTHER);
    assertTrue(core.tip().number() < 9, () -> core.tip().toString());
    List<SyncError> errors = new ArrayList<>();
    core.actions(Action.SyncFailed.class).forEach(failed -> errors.add(failed.error()));
    assertTrue(errors.contains(SyncError.INVALID_CHAIN), errors::toString);
  }

  @Test
  void shouldNotTakeAnAnnouncedBlockInThePlaceOfACheckpoint() {
    store.insert(CHAIN.subList(1, 9), false);
    coreWith(id(CHAIN, 9));
    PeerId peer = core.connect("a", PeerKind.HEADER, CHAIN.subList(0, 9));
    Block other = TestBlocks.fork(CHAIN, 8, 3).get(9);
    Announcement said = Announcement.ofPeer(peer, other.hash(), 9);
    core.tell(c -> c.onBlockAnnounced(said, other, core.now()));
    core.runStore();
    assertEquals(id(CHAIN, 8), core.tip());
  }

  @Test
  void shouldKeepAStoredBranchBelowTheCheckpointBesideTheChain() {
    List<Block> fork = TestBlocks.fork(CHAIN, 4, 9);
    store.insert(CHAIN.subList(1, 10), false);
    store.insert(fork.subList(5, 8), false);
    coreWith(id(CHAIN, 6));
    core.connect("a", PeerKind.HEADER, fork);
    core.sync(fork.get(7));
    run(fork);
    assertEquals(id(CHAIN, 9), core.tip());
    core.sync(fork.get(20));
    run(fork);
    assertEquals(id(CHAIN, 9), core.tip());
  }

  @Test
  void shouldFillAGapBelowAPassedCheckpoint() {
    store.skip(CHAIN.subList(1, 4).stream().map(Block::header).toList());
    store.insert(CHAIN.subList(4, 10), false);
    coreWith(id(CHAIN, 6));
    core.core().noteGaps(store.gaps());
    core.connect("a", PeerKind.HEADER, CHAIN.subList(0, 10));
    run(CHAIN.subList(0, 10));
    assertEquals(List.of(), store.gaps());
  }

  @Test
  void shouldPassOverAGapWhoseBlockIsBanned() {
    store.skip(CHAIN.subList(1, 4).stream().map(Block::header).toList());
    store.insert(CHAIN.subList(4, 10), false);
    Map<Hash, String> bans = Map.of(id(CHAIN, 3).hash(), "its state root is wrong");
    core = new DrivenCore(DrivenCore.LIMITS, store, bans, Trust.ROOT_ONLY);
    core.core().noteGaps(store.gaps());
    core.connect("a", PeerKind.HEADER, CHAIN.subList(0, 10));
    run(CHAIN.subList(0, 10));
    assertEquals(1, store.gaps().size());
    assertEquals(id(CHAIN, 9), core.tip());
  }
}
