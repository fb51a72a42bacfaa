package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.Opened;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which of the heads that count a node wants. The node has no peer, so no sync ends by itself. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SourcedHeadsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 3, Shape.EMPTY);

  @RegisterExtension private final Opened opened = new Opened();
  private final AtomicLong nanos = new AtomicLong();
  private final SourcedHeads heads = new SourcedHeads(nanos::get);
  private Node node;

  @BeforeEach
  void start() {
    NodeSetup setup = NodeSetup.of(DownloaderLimits.DEFAULT.withoutPeersHeads()).with(heads);
    node = opened.with(Node.start(new MemoryBlockStore(CHAIN.block(0)), setup));
    heads.announceTo(node);
  }

  private static Head head(long number) {
    return Head.of(Hash.ofLongs(number, 1, 1, 1), number);
  }

  private List<Head> wanted() {
    return node.heads().wanted().stream().map(HeadBoard.Announcement::head).toList();
  }

  private void awaitWanted(long number) {
    Await.condition(
        () -> "wanted " + wanted(),
        Duration.ofSeconds(30),
        () -> wanted().equals(List.of(head(number))));
  }

  @Test
  void shouldLetOnlyTheNewestWaitForTheOneThatIsAnnounced() {
    heads.saw(head(1), 0);
    heads.saw(head(2), 0);
    heads.saw(head(3), 0);
    awaitWanted(1);

    heads.headRefused(head(1).hash(), SyncError.BUSY);

    awaitWanted(3);
  }

  @Test
  void shouldKeepAHeadThatHasFailedUntilTheSourceNamesAnother() {
    heads.saw(head(1), 0);
    awaitWanted(1);
    heads.headRefused(head(1).hash(), SyncError.BUSY);
    heads.headRefused(head(7).hash(), SyncError.BUSY);
    awaitWanted(1);

    heads.saw(head(2), 0);

    awaitWanted(2);
  }

  @Test
  void shouldReportAHeadThatNoPeerHasServedForLong() {
    List<Head> unserved = unserved();
    heads.saw(head(1), 0);
    heads.headRefused(head(1).hash(), SyncError.BUSY);
    nanos.addAndGet(SourcedHeads.AGE_NANOS_MAX - 1);
    heads.headRefused(head(1).hash(), SyncError.BUSY);
    assertEquals(List.of(), unserved);
    nanos.addAndGet(1);
    heads.headRefused(head(1).hash(), SyncError.BUSY);
    assertEquals(List.of(head(1)), unserved);
    awaitWanted(1);
  }

  private List<Head> unserved() {
    List<Head> unserved = new ArrayList<>();
    heads.onUnserved(unserved::add);
    return unserved;
  }

  /** A source names a new head before the last one has failed for long. */
  @Test
  void shouldReportTheNewestHeadOfASourceIfNoPeerServesAnyOfItsHeads() {
    List<Head> unserved = unserved();
    heads.saw(head(1), 0);
    heads.headRefused(head(1).hash(), SyncError.BUSY);
    nanos.addAndGet(SourcedHeads.AGE_NANOS_MAX - 1);
    heads.saw(head(2), 0);
    heads.headRefused(head(2).hash(), SyncError.BUSY);
    heads.saw(head(3), 0);
    assertEquals(List.of(), unserved);
    nanos.addAndGet(1);
    heads.saw(head(4), 0);
    heads.headRefused(head(3).hash(), SyncError.BUSY);
    assertEquals(List.of(head(4)), unserved);

    heads.headRefused(head(4).hash(), SyncError.BUSY);
    assertEquals(List.of(head(4)), unserved, "its 10 minutes begin again");
  }

  @Test
  void shouldNotBlameASourceForTheHeadsOfAnother() {
    List<Head> unserved = unserved();
    heads.saw(head(1), 0);
    heads.headRefused(head(1).hash(), SyncError.BUSY);
    nanos.addAndGet(SourcedHeads.AGE_NANOS_MAX);
    heads.saw(head(2), 1);
    heads.headRefused(head(2).hash(), SyncError.BUSY);
    assertEquals(List.of(), unserved);
  }

  private static SyncSummary done(Head head) {
    return new SyncSummary(1, head.hash(), Optional.empty(), 1, 1, CHAIN.block(0).id(), 0, 0);
  }

  @Test
  void shouldBeginAnewAfterASync() {
    List<Head> unserved = unserved();
    heads.saw(head(1), 0);
    heads.headRefused(head(1).hash(), SyncError.BUSY);
    heads.syncDone(done(head(1)));
    nanos.addAndGet(SourcedHeads.AGE_NANOS_MAX);
    heads.saw(head(2), 0);
    heads.headRefused(head(2).hash(), SyncError.BUSY);
    assertEquals(List.of(), unserved);
  }

  @Test
  void shouldGiveUpAFailedHeadThatNoSourceNamesAnyMore() {
    heads.saw(head(1), 0);
    awaitWanted(1);
    heads.lost();
    awaitWanted(1);
    heads.headRefused(head(1).hash(), SyncError.BUSY);
    heads.lost();
    Await.condition(() -> "wanted " + wanted(), () -> wanted().isEmpty());
  }
}
