package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.store.Gap;
import dev.windlass.peerset.PeerKind;
import dev.windlass.store.MemoryBlockStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A limited history begins at a floor, and more of it is fetched later without the rest. */
class HistoryTest {
  private static final long SECONDS_A_BLOCK = 12;

  private static final List<Block> CHAIN =
      TestBlocks.linked(
          0,
          Hash.ZERO,
          61,
          block -> block.transaction(block.number).timestamp(SECONDS_A_BLOCK * block.number));

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.get(0));
  private DrivenCore core;

  private void start(History history) {
    start(history, Trust.ROOT_ONLY);
  }

  private void start(History history, Trust trust) {
    DownloaderLimits limits =
        DrivenCore.LIMITS.with(
            draft -> {
              draft.followsPeers = false;
              draft.history = history;
              draft.prunedKeeping = 10;
            });
    core = new DrivenCore(limits, store, Map.of(), trust);
    core.connect("a", PeerKind.HEADER, CHAIN);
  }

  private void run(List<Block> chain) {
    for (int i = 0; i < 20; i++) {
      core.answerAll(chain);
      core.pass(DrivenCore.SECONDS);
    }
  }

  private void syncTo(int number) {
    core.sync(CHAIN.get(number));
    run(CHAIN);
  }

  private long bodiesAsked() {
    return core.actions(Action.Ask.class).stream()
        .map(Action.Ask::question)
        .filter(question -> !(question instanceof Question.Headers))
        .mapToLong(question -> question.blocks().size())
        .sum();
  }

  private void requireRange(int lowest, int tip) {
    assertEquals(CHAIN.get(lowest).id(), store.root());
    assertEquals(CHAIN.get(tip).id(), store.tip());
    assertEquals(List.of(), store.gaps());
    for (int number = 0; number <= tip; number++) {
      boolean isStored = number >= lowest;
      Optional<Hash> expected = isStored ? Optional.of(CHAIN.get(number).hash()) : Optional.empty();
      assertEquals(expected, store.canonicalHash(number));
      assertEquals(isStored, store.known(CHAIN.get(number).hash()).isPresent());
    }
  }

  private static History history(String kind, int lowest, int anchor) {
    return switch (kind) {
      case "count" -> History.blocks(anchor - lowest + 1);
      case "number" -> History.fromNumber(lowest);
      case "time" -> History.fromTime(SECONDS_A_BLOCK * lowest);
      default -> History.fromBlock(CHAIN.get(lowest).hash());
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"count", "number", "time", "hash"})
  void shouldFetchNothingBelowTheFloor(String kind) {
    start(history(kind, 21, 50));
    syncTo(50);
    requireRange(21, 50);
    assertEquals(30, bodiesAsked());
    assertEquals(CHAIN.get(20).id(), store.belowRoot().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"count", "number"})
  void shouldAskForNoHeaderBelowAFloorWhoseNumberIsKnown(String kind) {
    start(history(kind, 21, 50));
    syncTo(50);
    long lowest =
        core.actions(Action.Ask.class).stream()
            .map(Action.Ask::question)
            .filter(Question.Headers.class::isInstance)
            .map(question -> ((Question.Headers) question).query())
            .filter(query -> query.fromNumber() >= 0)
            .flatMapToLong(query -> LongStream.of(query.fromNumber() - query.count() + 1))
            .min()
            .orElseThrow();
    assertEquals(21, lowest);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 49, 50, 60})
  void shouldStoreAsManyBlocksAsThereAre(int count) {
    start(History.blocks(count));
    syncTo(50);
    requireRange(count >= 50 ? 0 : 51 - count, 50);
  }

  @Test
  void shouldFollowTheChainWithoutRaisingTheFloor() {
    start(History.blocks(10));
    syncTo(30);
    syncTo(60);
    requireRange(21, 60);
  }

  @ParameterizedTest
  @ValueSource(strings = {"count", "number", "time", "hash"})
  void shouldFetchOnlyWhatIsMissingWhenMoreHistoryIsWanted(String kind) {
    start(History.blocks(10));
    syncTo(50);
    start(history(kind, 11, 50));
    syncTo(50);
    requireRange(11, 50);
    assertEquals(30, bodiesAsked());
  }

  /** The chain may have grown by more blocks than are wanted. */
  @Test
  void shouldCountFromAHeadThatWasSyncedSinceTheStart() {
    start(History.blocks(10));
    syncTo(30);
    start(History.blocks(20));
    run(CHAIN);
    requireRange(21, 30);
    syncTo(45);
    requireRange(21, 45);
    syncTo(35);
    start(History.blocks(30));
    syncTo(45);
    requireRange(16, 45);
  }

  @Test
  void shouldJoinTheGenesisWhenAllHistoryIsWanted() {
    start(History.blocks(10));
    syncTo(50);
    start(History.ALL);
    run(CHAIN);
    requireRange(0, 50);
    assertEquals(40, bodiesAsked());
    assertTrue(store.belowRoot().isEmpty());
    assertTrue(store.totalDifficulty(CHAIN.get(50).id()).isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"count", "number", "time", "hash"})
  void shouldKeepWhatIsStoredWhenLessHistoryIsWanted(String kind) {
    start(History.blocks(30));
    syncTo(50);
    start(history(kind, 41, 50));
    syncTo(50);
    requireRange(21, 50);
    assertEquals(0, bodiesAsked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"number", "time", "hash"})
  void shouldDeleteWhatIsNotWantedAnyMore(String kind) {
    start(History.blocks(30));
    syncTo(50);
    start(history(kind, 31, 50).pruning());
    run(CHAIN);
    requireRange(31, 50);
    assertEquals(1, core.actions(Action.HistoryBegins.class).size());
    // The newest blocks stay.
    start(history(kind, 49, 50).pruning());
    run(CHAIN);
    requireRange(31, 50);
    assertEquals(0, bodiesAsked());
    syncTo(60);
    requireRange(49, 60);
    start(history(kind, 21, 60));
    syncTo(60);
    requireRange(21, 60);
    assertEquals(28, bodiesAsked());
  }

  /** So that not each new block moves the root. */
  @Test
  void shouldDeleteManyBlocksAtOnceIfTheTipGoesOn() {
    start(History.blocks(20));
    syncTo(30);
    requireRange(11, 30);
    start(History.blocks(20).pruning());
    for (int tip = 31; tip < 40; tip++) {
      syncTo(tip);
      requireRange(11, tip);
    }
    syncTo(40);
    requireRange(21, 40);
    assertEquals(1, core.actions(Action.HistoryBegins.class).size());
  }

  @Test
  void shouldCheckNoBlockBelowATrustedAnchorFurther() {
    Trust nothingElse =
        new Trust(
            List.of(),
            (chain, run) ->
                Optional.of(
                    new BlockBreach(run.get(0).id(), new Breach("any", "it is not trusted"))));
    start(History.blocks(10), nothingElse);
    syncTo(50);
    requireRange(41, 50);
    start(History.blocks(30), nothingElse);
    syncTo(50);
    requireRange(21, 50);
  }

  /** The anchor was of another network. Blocks that are stored by then stay. */
  @Test
  void shouldBlameNoPeerWhenTheStoredChainHasAnotherGenesis() {
    List<Block> foreign =
        TestBlocks.linked(0, Hash.ZERO, 51, block -> block.transaction(7 + block.number));
    start(History.blocks(10));
    core.sync(foreign.get(50));
    run(foreign);
    assertEquals(foreign.get(41).id(), store.root());

    start(History.ALL);
    run(foreign);

    Action.SyncFailed failed = core.action(Action.SyncFailed.class);
    assertEquals(
        "the stored chain comes down to block "
            + foreign.get(0).id()
            + ", but the genesis is "
            + CHAIN.get(0).id(),
        failed.explanation());
    assertEquals(List.of(), core.actions(Action.DropPeer.class));
    assertEquals(List.of(), core.actions(Action.BanPeer.class));
    assertEquals(foreign.get(50).id(), store.tip());
  }

  @Test
  void shouldRefuseAChainThatLeavesOursBelowTheFloor() {
    List<Block> other = TestBlocks.fork(CHAIN, 15, 45, 7);
    start(History.blocks(30));
    syncTo(50);
    core.sync(other.get(60));
    run(other);
    Action.SyncFailed failed = core.action(Action.SyncFailed.class);
    assertEquals(SyncError.INVALID_CHAIN, failed.error());
    assertTrue(
        failed.explanation().contains("the stored history begins with block " + CHAIN.get(21).id()),
        failed.explanation());
    requireRange(21, 50);
  }

  @Test
  void shouldRefuseAChainWithoutTheBlockThatBeginsTheHistory() {
    start(History.fromBlock(TestBlocks.fork(CHAIN, 15, 5, 7).get(18).hash()));
    syncTo(50);
    assertEquals(SyncError.INVALID_CHAIN, core.action(Action.SyncFailed.class).error());
    assertEquals(CHAIN.get(0).id(), store.tip());
  }

  /** A peer may claim a chain of which it has no bodies. */
  @Test
  void shouldReplaceAFloorAboveWhichNoBlockIsStored() {
    List<Block> other = TestBlocks.fork(CHAIN, 15, 30, 7);
    store.begin(other.get(30).header());
    start(History.blocks(10));
    syncTo(50);
    requireRange(41, 50);
  }

  @Test
  void shouldBeginWithTheGapAtTheFloorIfItsBodyIsMissing() {
    start(History.blocks(10));
    store.begin(CHAIN.get(41).header());
    assertEquals(List.of(new Gap(41, CHAIN.get(41).id())), store.gaps());
    syncTo(50);
    requireRange(41, 50);
  }
}
