package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.rules.FutureTimestampRule;
import dev.windlass.chain.store.ChainStore;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.PeerKind;
import dev.windlass.store.MemoryBlockStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which blocks get the check beyond their hashes, and what follows if one breaks a rule. */
class CheckedRunTest {
  private static final List<Block> CHAIN = TestBlocks.chain(20);

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.get(0));
  private final List<Long> checked = new ArrayList<>();
  private long badNumber = Long.MAX_VALUE;
  private String brokenRule = "gas-limit-bounds";

  private DrivenCore coreWith(List<BlockId> checkpoints) {
    return new DrivenCore(DrivenCore.LIMITS, store, Map.of(), new Trust(checkpoints, this::breach));
  }

  private Optional<BlockBreach> breach(ChainStore ignored, List<Block> run) {
    run.forEach(block -> checked.add(block.number()));
    return run.stream()
        .filter(block -> block.number() == badNumber)
        .findFirst()
        .map(block -> new BlockBreach(block.id(), new Breach(brokenRule, "it is 1")));
  }

  private static PeerId follow(DrivenCore core, List<Block> chain) {
    for (int i = 0; i < 4; i++) {
      core.connect("idle" + i, PeerKind.HASH, CHAIN.subList(0, 1));
    }
    PeerId peer = core.connect("a", PeerKind.HEADER, chain);
    core.runStore();
    return peer;
  }

  private static void run(DrivenCore core, List<Block> chain) {
    for (int i = 0; i < 20; i++) {
      core.answerAll(chain);
      core.pass(DrivenCore.SECONDS);
    }
  }

  @Test
  void shouldCheckEachBlockOfAFollowedHead() {
    DrivenCore core = coreWith(List.of());
    follow(core, CHAIN);
    run(core, CHAIN);
    assertEquals(CHAIN.get(20).id(), core.tip());
    assertEquals(20, checked.size());
  }

  @Test
  void shouldNotCheckWhatLeadsToAnAnchorOrACheckpoint() {
    DrivenCore core = coreWith(List.of(CHAIN.get(12).id()));
    follow(core, CHAIN);
    run(core, CHAIN);
    assertEquals(CHAIN.get(20).id(), core.tip());
    assertTrue(checked.stream().allMatch(number -> number > 12), checked::toString);
    assertEquals(8, checked.size());

    checked.clear();
    DrivenCore anchored =
        new DrivenCore(
            DrivenCore.LIMITS,
            new MemoryBlockStore(CHAIN.get(0)),
            Map.of(),
            new Trust(List.of(), this::breach));
    anchored.connect("a", PeerKind.HEADER, CHAIN.subList(0, 1));
    anchored.sync(CHAIN.get(20));
    run(anchored, CHAIN);
    assertEquals(CHAIN.get(20).id(), anchored.tip());
    assertEquals(List.of(), checked);
  }

  /**
   * btcd's TestCheckHeadersList: up to the last checkpoint the light check, above it the full one,
   * and the checkpoint is noted with its own block.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 19, 20})
  void shouldNotCheckUpToTheLastCheckpointAndNoteThatItIsPassed(int last) {
    DrivenCore core = coreWith(List.of(CHAIN.get(1).id(), CHAIN.get(last).id()));
    follow(core, CHAIN.subList(0, last));
    run(core, CHAIN.subList(0, last));
    assertEquals(CHAIN.get(last - 1).id(), core.tip());
    int passedBelow = core.actions(Action.CheckpointPassed.class).size();
    assertEquals(last == 1 ? 0 : 1, passedBelow, "it is not reached");

    checked.clear();
    core.announce(PeerId.of("a"), CHAIN.get(20));
    run(core, CHAIN);
    assertEquals(CHAIN.get(20).id(), core.tip());
    assertEquals(LongStream.rangeClosed(last + 1, 20).boxed().toList(), checked);
    List<Action.CheckpointPassed> passed = core.actions(Action.CheckpointPassed.class);
    assertEquals(passedBelow + 1, passed.size());
    assertEquals(CHAIN.get(last).id(), passed.get(passedBelow).checkpoint());
  }

  /** The rest of btcd's TestCheckHeadersList: none is spared outside of such a sync. */
  @Test
  void shouldCheckAnnouncedBlocksEvenBelowACheckpoint() {
    store.insert(CHAIN.subList(1, 10), true);
    DrivenCore core = coreWith(List.of(CHAIN.get(12).id()));
    PeerId peer = core.connect("a", PeerKind.HEADER, CHAIN.subList(0, 10));
    for (int number = 10; number <= 13; number++) {
      Block block = CHAIN.get(number);
      Announcement said = Announcement.ofPeer(peer, block.hash(), number);
      core.tell(c -> c.onBlockAnnounced(said, block, core.now()));
      core.runStore();
    }
    assertEquals(CHAIN.get(13).id(), core.tip());
    assertEquals(List.of(10L, 11L, 12L, 13L), checked);
    assertEquals(CHAIN.get(12).id(), core.action(Action.CheckpointPassed.class).checkpoint());
  }

  @Test
  void shouldRefuseABlockThatBreaksARuleAndDropItsOrigin() {
    badNumber = 7;
    DrivenCore core = coreWith(List.of());
    PeerId liar = follow(core, CHAIN);
    run(core, CHAIN);
    assertTrue(core.tip().number() < 7, () -> core.tip().toString());
    Action.SyncFailed failed = core.action(Action.SyncFailed.class);
    assertEquals(SyncError.INVALID_CHAIN, failed.error());
    assertTrue(failed.explanation().startsWith("gas-limit-bounds: block 7 "), failed::explanation);
    assertTrue(
        core.actions(Action.DropPeer.class)
            .contains(new Action.DropPeer(liar, SyncError.INVALID_CHAIN)));
    assertTrue(core.core().bans().containsKey(CHAIN.get(7).hash()));
  }

  @Test
  void shouldStoreNoBanOfABlockThatBreaksARuleNorOfWhatStandsOnIt() {
    badNumber = 7;
    DrivenCore core = coreWith(List.of());
    follow(core, CHAIN.subList(0, 11));
    run(core, CHAIN.subList(0, 11));
    core.connect("b", PeerKind.HEADER, CHAIN);
    run(core, CHAIN);
    assertTrue(core.tip().number() < 7, () -> core.tip().toString());
    Set<Hash> refused = core.core().bans().keySet();
    assertTrue(refused.contains(CHAIN.get(7).hash()));
    List<Hash> above = CHAIN.subList(8, 21).stream().map(Block::hash).toList();
    assertFalse(Collections.disjoint(refused, above), "what stands on it is not refused");
    assertEquals(List.of(), core.jobs(StoreJob.RecordBan.class));
  }

  @Test
  void shouldCheckBlocksBelowACheckpointThatTheirChainHasNotReached() {
    DrivenCore core = coreWith(List.of(CHAIN.get(20).id()));
    List<Block> begun = CHAIN.subList(0, 13);
    follow(core, begun);
    run(core, begun);
    assertEquals(CHAIN.get(12).id(), core.tip());
    assertEquals(12, checked.size());
  }

  @Test
  void shouldTryABlockOfTheFutureAgainAndBlameNobody() {
    badNumber = 7;
    brokenRule = FutureTimestampRule.NAME;
    DrivenCore core = coreWith(List.of());
    follow(core, CHAIN);
    core.answerAll(CHAIN);
    Action.SyncFailed failed = core.action(Action.SyncFailed.class);
    assertEquals(SyncError.EARLY_BLOCK, failed.error());
    assertEquals(List.of(), core.actions(Action.DropPeer.class));
    assertFalse(core.core().bans().containsKey(CHAIN.get(7).hash()));
    badNumber = Long.MAX_VALUE;
    run(core, CHAIN);
    assertEquals(CHAIN.get(20).id(), core.tip());
  }
}
