package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.TestBlock;
import dev.windlass.downloader.Pictures;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.Progress.WaitingReason;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.node.SyncView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Progress.Counters ONE_SYNC =
      new Progress.Counters(1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  private static final Progress.Counters ONE_FAILED =
      new Progress.Counters(0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private static final SyncView UNKNOWN =
      new SyncView(7, OptionalLong.empty(), OptionalLong.empty(), false);

  private final InsertTally inserts = new InsertTally();
  private final ProgressLines lines = new ProgressLines(inserts);

  @Test
  void shouldSayThatItWaitsWhenNoSyncBeginsSoon() {
    Progress progress = Pictures.waiting(7, WaitingReason.NO_HEAD);
    assertEquals(List.of(), next(progress, UNKNOWN, 0));
    assertEquals(List.of(), next(progress, UNKNOWN, SECOND));
    assertEquals(
        List.of("Waiting for a head number=7 hash=" + short0(7) + " peers=2"),
        next(progress, UNKNOWN, 2 * SECOND));
    assertEquals(List.of(), next(progress, UNKNOWN, 61 * SECOND));
  }

  /** It waited for another head, and had one and no peer. */
  @Test
  void shouldSayWhatItWaitsFor() {
    Progress progress = Pictures.waiting(7, WaitingReason.HEAD_UNSERVED);
    next(progress, UNKNOWN, 0);
    assertStarts("Waiting for a peer that has the head ", next(progress, UNKNOWN, 2 * SECOND));
    progress = Pictures.alone(7, WaitingReason.NO_PEERS);
    assertStarts("Waiting for a peer number=", next(progress, UNKNOWN, 62 * SECOND));
    progress = Pictures.alone(7, WaitingReason.NO_HEAD);
    assertStarts("Waiting for a peer and a head ", next(progress, UNKNOWN, 122 * SECOND));
    progress = Pictures.idle(7);
    assertStarts("Waiting for a node that names a head ", next(progress, UNKNOWN, 182 * SECOND));
  }

  @Test
  void shouldSayWhichBlocksNoPeerServes() {
    Progress progress =
        Pictures.lacking(7, new Progress.Unserved(Progress.Part.BODIES, 1, 15_537_393, 12));
    next(progress, UNKNOWN, 0);
    List<String> lines = next(progress, UNKNOWN, 2 * SECOND);
    String words =
        "blocks 1 to 15,537,393 are served by none of 12 peers: name an era mirror or an archive"
            + " node";
    assertTrue(lines.get(0).contains(words), lines::toString);
  }

  private static void assertStarts(String begin, List<String> lines) {
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.get(0).startsWith(begin), lines::toString);
  }

  /** A block each second was three lines a second. */
  @Test
  void shouldAddUpBlocksThatComeOneByOneWhileItFollows() {
    assertEquals(
        List.of("In sync number=0 hash=" + short0(0)), next(Pictures.idle(0), inSync(0), 0));
    List<String> all = new ArrayList<>();
    for (int second = 1; second <= 24; second++) {
      all.addAll(
          next(Pictures.fetchingBlocks(second, second - 1, second), UNKNOWN, second * SECOND));
      inserts.changed(
          new StoreChange(
              List.of(new TestBlock().number(second).transactions(1).block()),
              new BlockId(second - 1, Pictures.hash(second - 1)),
              new BlockId(second, Pictures.hash(second)),
              Optional.empty()),
          0);
      all.addAll(next(Pictures.idle(second), inSync(second), second * SECOND + SECOND / 2));
    }
    assertEquals(3, all.size(), all::toString);
    assertTrue(all.get(1).startsWith("Imported new chain segment number=15 "), all::toString);
    assertTrue(all.get(1).contains(" blocks=8 "), all::toString);
  }

  /** The looks at a quick chain may find it at work each time. */
  @Test
  void shouldAddUpBlocksAlsoIfItIsNeverSeenAtRest() {
    next(Pictures.idle(0), inSync(0), 0);
    List<String> all = new ArrayList<>();
    for (int second = 1; second <= 24; second++) {
      inserts.changed(
          new StoreChange(
              List.of(new TestBlock().number(second).transactions(1).block()),
              new BlockId(second - 1, Pictures.hash(second - 1)),
              new BlockId(second, Pictures.hash(second)),
              Optional.empty()),
          0);
      all.addAll(
          next(Pictures.fetchingBlocks(second, second, second + 1), UNKNOWN, second * SECOND));
    }
    assertEquals(3, all.size(), all::toString);
    assertTrue(all.get(2).startsWith("Imported new chain segment number=24 "), all::toString);
  }

  @Test
  void shouldSayThatItIsInSyncAgainAfterItWasNot() {
    next(Pictures.idle(7), inSync(7), 0);
    next(Pictures.alone(7, WaitingReason.NO_HEAD), UNKNOWN, 62 * SECOND);
    assertEquals(
        List.of("In sync number=7 hash=" + short0(7)),
        next(Pictures.idle(7), inSync(7), 63 * SECOND));
  }

  @Test
  void shouldSayAtOnceThatASyncBeginsAndThenWaitForItsTurn() {
    idle(0, 0);

    assertEquals(
        List.of("Sync begins head=" + Pictures.HEAD.shortHex() + " number=1,000"),
        hashes(1_000, 0, SECOND));
    assertEquals(List.of(), hashes(1_000, 100, 2 * SECOND));
    assertEquals(
        List.of(
            "Syncing hashes hashes=800 of=1,000 done=80.0% rate=100/s eta=2s peers=2"
                + " waiting=PEERS_BUSY"),
        hashes(1_000, 800, 9 * SECOND));
    assertEquals(List.of(), hashes(1_000, 850, 10 * SECOND));
  }

  @Test
  void shouldSayLessAndLessOftenThatASyncOfTheSameHeadBegins() {
    next(Pictures.fetchingBlocks(1, 0, 9), UNKNOWN, 0);
    next(Pictures.waiting(0, WaitingReason.HEAD_UNSERVED), UNKNOWN, SECOND);
    assertEquals(List.of(), next(Pictures.fetchingBlocks(2, 0, 9), UNKNOWN, 20 * SECOND));
    next(Pictures.waiting(0, WaitingReason.HEAD_UNSERVED), UNKNOWN, 21 * SECOND);
    assertStarts("Sync begins ", next(Pictures.fetchingBlocks(3, 0, 9), UNKNOWN, 61 * SECOND));
  }

  /** It kept its last value for ever. */
  @Test
  void shouldGiveNoEtaWhenNothingMovesAndSayForHowLong() {
    blocks(0, 1_000, 0);
    blocks(500, 1_000, 8 * SECOND);
    blocks(500, 1_000, 16 * SECOND);
    List<String> still = blocks(500, 1_000, 40 * SECOND);
    assertEquals(1, still.size());
    assertTrue(still.get(0).contains("rate=0/s quiet=32s peers="), still::toString);
  }

  @Test
  void shouldGiveNeitherPercentNorEtaWhenTheLengthIsNotKnown() {
    hashes(-1, 0, 0);

    assertEquals(
        List.of("Syncing hashes hashes=800 rate=100/s peers=2 waiting=PEERS_BUSY"),
        hashes(-1, 800, 8 * SECOND));
  }

  @Test
  void shouldAddUpWhatWasInsertedWhenBlocksAreSynced() {
    blocks(0, 1_000, 0);
    BlockId tip = new BlockId(400, Pictures.hash(400));
    inserts.changed(
        new StoreChange(
            List.of(new TestBlock().number(399).transactions(2).block()),
            tip,
            tip,
            Optional.empty()),
        SECOND);
    inserts.changed(
        new StoreChange(
            List.of(new TestBlock().number(400).transactions(5).block()),
            tip,
            tip,
            Optional.empty()),
        SECOND);

    assertEquals(
        List.of(
            "Imported new chain segment number=400 hash="
                + short0(400)
                + " blocks=2 txs=7 elapsed=2s",
            "Syncing blocks blocks=400 of=1,000 done=40.0% rate=50/s eta=12s peers=2"
                + " waiting=PEERS_BUSY"),
        blocks(400, 1_000, 8 * SECOND));
  }

  @Test
  void shouldSayThatItIsInSyncWhenTheSyncHasEnded() {
    idle(0, 0);
    blocks(400, 1_000, SECOND);

    assertEquals(
        List.of("In sync number=1,000 hash=" + short0(1_000)),
        next(Pictures.idle(1_000, ONE_SYNC), inSync(1_000), 2 * SECOND));
    assertEquals(List.of(), next(Pictures.idle(1_000, ONE_SYNC), inSync(1_000), 3 * SECOND));
    assertEquals(
        List.of("In sync number=1,000 hash=" + short0(1_000) + " peers=2"),
        next(Pictures.idle(1_000, ONE_SYNC), inSync(1_000), 62 * SECOND));
  }

  @Test
  void shouldNotSayThatItIsInSyncWhenTheSyncFailed() {
    idle(0, 0);
    blocks(400, 1_000, SECOND);
    SyncView behind = new SyncView(1_000, OptionalLong.of(600), OptionalLong.of(0), false);

    assertEquals(List.of(), next(Pictures.idle(400, ONE_FAILED), behind, 2 * SECOND));
    assertEquals(
        List.of("Waiting for another head number=400 hash=" + short0(400) + " peers=2"),
        next(Pictures.idle(400, ONE_FAILED), behind, 62 * SECOND));
  }

  private List<String> idle(long tip, long nanos) {
    return next(Pictures.waiting(tip, WaitingReason.NO_HEAD), UNKNOWN, nanos);
  }

  private List<String> hashes(long anchorNumber, long links, long nanos) {
    SyncView behind =
        new SyncView(Math.max(0, anchorNumber), OptionalLong.empty(), OptionalLong.of(0), false);
    return next(Pictures.fetchingHashes(anchorNumber, links), behind, nanos);
  }

  private List<String> blocks(long done, long whole, long nanos) {
    SyncView behind = new SyncView(whole, OptionalLong.of(whole - done), OptionalLong.of(0), false);
    List<String> all = next(Pictures.fetchingBlocks(done, whole), behind, nanos);
    return all.stream().filter(line -> !line.startsWith("Sync begins")).toList();
  }

  private List<String> next(Progress progress, SyncView sync, long nanos) {
    return lines.next(new StatusSnapshot(progress, sync, nanos)).stream()
        .map(LogLine::toString)
        .toList();
  }

  private static SyncView inSync(long tip) {
    return new SyncView(tip, OptionalLong.of(0), OptionalLong.of(0), true);
  }

  private static String short0(long number) {
    return Pictures.hash(number).shortHex();
  }
}
