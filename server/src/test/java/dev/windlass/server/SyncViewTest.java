package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SyncViewTest {
  @Test
  void shouldBeInSyncWhenNothingWasAnnounced() {
    SyncView view = SyncView.of(Pictures.idle(7), Optional.empty(), hash -> false);

    assertEquals(new SyncView(7, OptionalLong.of(0), true), view);
  }

  @Test
  void shouldBeInSyncWhenTheAnnouncedHeadIsStored() {
    SyncView view = SyncView.of(Pictures.idle(7), announced(5), Pictures.HEAD::equals);

    assertEquals(new SyncView(7, OptionalLong.of(0), true), view);
  }

  @Test
  void shouldStayBehindWhenTheHaulOfTheAnnouncedHeadFailed() {
    SyncView view = SyncView.of(Pictures.idle(7), announced(107), hash -> false);

    assertEquals(new SyncView(107, OptionalLong.of(100), false), view);
  }

  @Test
  void shouldNotKnowHowFarBehindWhenTheNumberOfTheHeadIsNotKnown() {
    SyncView view =
        SyncView.of(
            Pictures.fetchingHashes(-1, 3), announced(HeadSink.NUMBER_UNKNOWN), hash -> false);

    assertFalse(view.isInSync());
    assertTrue(view.blocksBehind().isEmpty());
  }

  @Test
  void shouldCountFromTheTipToTheAnchorWhenAHaulRuns() {
    SyncView view =
        SyncView.of(Pictures.fetchingBlocks(300, 1_000), Optional.empty(), hash -> false);

    assertEquals(new SyncView(1_000, OptionalLong.of(700), false), view);
  }

  @Test
  void shouldCountAnnouncementsBySourceAndKeepTheNewest() {
    HeadBoard board = new HeadBoard();
    assertTrue(board.newest().isEmpty());

    board.announced(announcement(HeadBoard.Source.ANCHOR, Pictures.hash(1), 1));
    board.announced(announcement(HeadBoard.Source.HTTP, Pictures.hash(2), 2));
    board.announced(announcement(HeadBoard.Source.HTTP, Pictures.hash(3), 3));

    assertEquals(1, board.count(HeadBoard.Source.ANCHOR));
    assertEquals(2, board.count(HeadBoard.Source.HTTP));
    assertEquals(Pictures.hash(3), board.newest().orElseThrow().head());
  }

  private static Optional<HeadBoard.Announcement> announced(long number) {
    return Optional.of(announcement(HeadBoard.Source.HTTP, Pictures.HEAD, number));
  }

  private static HeadBoard.Announcement announcement(
      HeadBoard.Source source, Hash head, long number) {
    return new HeadBoard.Announcement(source, head, number, Instant.EPOCH);
  }
}
