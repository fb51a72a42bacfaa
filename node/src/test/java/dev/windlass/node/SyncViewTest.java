package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Pictures;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.Progress.WaitingReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class SyncViewTest {
  private static final PeerId PEER = PeerId.of("peer");
  private static final Optional<Duration> OLD = Optional.of(Duration.ofHours(25));

  private static SyncView view(
      Progress progress,
      List<HeadBoard.Announcement> wanted,
      Predicate<Hash> isStored,
      OptionalLong unseen) {
    return SyncView.of(progress, wanted, isStored, unseen, -1, Optional.empty());
  }

  private static SyncView behind(long best, String from, long behind, long unseen) {
    return new SyncView(
        best, from, OptionalLong.of(behind), OptionalLong.of(unseen), Optional.empty(), false);
  }

  /** Without the rule, a node whose peers all stand still would report that it is in sync. */
  @Test
  void shouldNotBeInSyncWhileTheTipIsTooOld() {
    SyncView view =
        SyncView.of(Pictures.idle(7), List.of(), hash -> false, OptionalLong.of(0), -1, OLD);
    assertFalse(view.isInSync());
    assertEquals(OptionalLong.of(0), view.blocksBehind());
    assertEquals(OLD, view.tipOverAge());
  }

  @Test
  void shouldBeBehindACheckpointThatIsAboveEverythingThatPeersClaim() {
    Progress.Wanted wanted = new Progress.Wanted(true, 9, Optional.of(PEER), -1, false);
    for (Progress progress : List.of(Pictures.idle(7, wanted), Pictures.idle(7))) {
      SyncView view =
          SyncView.of(progress, List.of(), hash -> false, OptionalLong.of(0), 20, Optional.empty());
      assertEquals(behind(20, SyncView.CHECKPOINT, 13, 0), view);
    }
  }

  /** It reported in sync with 0 blocks behind, whatever it had stored. */
  @Test
  void shouldKnowNothingWhileNoHeadIsKnown() {
    Progress progress = Pictures.waiting(7, WaitingReason.NO_HEAD);
    SyncView view = view(progress, List.of(), hash -> false, OptionalLong.of(0));

    assertEquals(new SyncView(7, OptionalLong.empty(), OptionalLong.of(0), false), view);
  }

  /** The end of a file does not show which blocks the network has made since. */
  @Test
  void shouldKnowNothingWhileNoFollowedNodeIsConnected() {
    SyncView view = view(Pictures.idle(7), List.of(), hash -> false, OptionalLong.empty());

    assertEquals(new SyncView(7, OptionalLong.empty(), OptionalLong.empty(), false), view);
  }

  @Test
  void shouldBeInSyncWhenNothingIsWantedOfAKnownHead() {
    SyncView view = view(Pictures.idle(7), List.of(), hash -> false, OptionalLong.of(0));

    assertEquals(new SyncView(7, OptionalLong.of(0), OptionalLong.of(0), true), view);
  }

  @Test
  void shouldBeInSyncWhenTheAnnouncedHeadIsStored() {
    SyncView view = view(Pictures.idle(7), announced(5), Pictures.HEAD::equals, OptionalLong.of(0));

    assertEquals(new SyncView(7, OptionalLong.of(0), OptionalLong.of(0), true), view);
  }

  /** It reported in sync while the head of the followed peer was 400 blocks ahead. */
  @Test
  void shouldBeBehindWhenAFollowedPeerIsAhead() {
    Progress.Wanted wanted = new Progress.Wanted(true, 407, Optional.of(PEER), -1, false);
    SyncView view = view(Pictures.idle(7, wanted), List.of(), hash -> false, OptionalLong.of(0));

    assertEquals(behind(407, "peer", 400, 0), view);
  }

  @Test
  void shouldNotBeInSyncWhileGapsAreToBeFilled() {
    Progress.Wanted wanted = new Progress.Wanted(false, -1, Optional.empty(), -1, true);
    SyncView view = view(Pictures.idle(7, wanted), List.of(), hash -> false, OptionalLong.of(0));

    assertEquals(new SyncView(7, OptionalLong.empty(), OptionalLong.of(0), false), view);
  }

  @Test
  void shouldStayBehindWhenTheSyncOfTheAnnouncedHeadFailed() {
    SyncView view = view(Pictures.idle(7), announced(107), hash -> false, OptionalLong.of(0));

    assertEquals(behind(107, SyncView.OPERATOR, 100, 0), view);
  }

  @Test
  void shouldNotKnowHowFarBehindWhenTheNumberOfTheHeadIsNotKnown() {
    SyncView view =
        view(
            Pictures.fetchingHashes(-1, 3),
            announced(Head.NUMBER_UNKNOWN),
            hash -> false,
            OptionalLong.of(0));

    assertFalse(view.isInSync());
    assertTrue(view.blocksBehind().isEmpty());
  }

  @Test
  void shouldCountFromTheTipToTheAnchorWhenASyncRuns() {
    SyncView view =
        view(Pictures.fetchingBlocks(300, 1_000), List.of(), hash -> false, OptionalLong.of(0));

    assertEquals(behind(1_000, SyncView.OPERATOR, 700, 0), view);
  }

  @Test
  void shouldCountAnnouncementsBySourceAndKeepTheNewest() {
    HeadBoard board = new HeadBoard();
    assertTrue(board.lastAt().isEmpty());

    board.announced(announcement(HeadBoard.Source.ANCHOR, Pictures.hash(1), 1));
    board.announced(announcement(HeadBoard.Source.HTTP, Pictures.hash(2), 2));
    board.announced(announcement(HeadBoard.Source.HTTP, Pictures.hash(3), 3));

    assertEquals(1, board.count(HeadBoard.Source.ANCHOR));
    assertEquals(2, board.count(HeadBoard.Source.HTTP));
    assertEquals(Instant.EPOCH, board.lastAt().orElseThrow());
    assertEquals(
        List.of(Pictures.hash(1), Pictures.hash(2), Pictures.hash(3)),
        board.wanted().stream().map(announcement -> announcement.head().hash()).toList());
  }

  @Test
  void shouldCountWhatPeersAnnounceAndWantNoneOfIt() {
    HeadBoard board = new HeadBoard();
    board.heard(Instant.ofEpochSecond(7));

    assertEquals(1, board.count(HeadBoard.Source.P2P));
    assertEquals(Instant.ofEpochSecond(7), board.lastAt().orElseThrow());
    assertTrue(board.wanted().isEmpty());
  }

  @Test
  void shouldBeBehindWhileAnEarlierHeadIsWantedAndTheLastIsTakenBack() {
    HeadBoard board = new HeadBoard();
    board.announced(announcement(HeadBoard.Source.HTTP, Pictures.hash(1), 107));
    board.announced(announcement(HeadBoard.Source.HTTP, Pictures.hash(2), 9));
    board.settled(Pictures.hash(2));

    SyncView view = view(Pictures.idle(7), board.wanted(), hash -> false, OptionalLong.of(0));
    assertEquals(behind(107, SyncView.OPERATOR, 100, 0), view);

    board.settled(Pictures.hash(1));
    assertTrue(
        view(Pictures.idle(7), board.wanted(), hash -> false, OptionalLong.of(0)).isInSync());
  }

  @Test
  void shouldForgetTheOldestHeadWhenTooManyAreWanted() {
    HeadBoard board = new HeadBoard();
    for (int i = 0; i <= HeadBoard.WANTED_MAX; i++) {
      board.announced(announcement(HeadBoard.Source.HTTP, Pictures.hash(1_000 + i), i));
    }
    assertEquals(HeadBoard.WANTED_MAX, board.wanted().size());
    assertEquals(Pictures.hash(1_001), board.wanted().get(0).head().hash());
  }

  private static List<HeadBoard.Announcement> announced(long number) {
    return List.of(announcement(HeadBoard.Source.HTTP, Pictures.HEAD, number));
  }

  private static HeadBoard.Announcement announcement(
      HeadBoard.Source source, Hash head, long number) {
    return new HeadBoard.Announcement(source, Head.of(head, number), Instant.EPOCH);
  }

  /** An old head probe does not show the present, since blocks are made fast. */
  @Test
  void shouldNotBeInSyncWhenSeveralBlocksMayHaveComeSinceTheLastLook() {
    SyncView near = view(Pictures.idle(7), List.of(), hash -> false, OptionalLong.of(1));
    assertEquals(new SyncView(7, OptionalLong.of(0), OptionalLong.of(1), true), near);
    SyncView old = view(Pictures.idle(7), List.of(), hash -> false, OptionalLong.of(2));
    assertEquals(new SyncView(7, OptionalLong.of(0), OptionalLong.of(2), false), old);
  }

  @Test
  void shouldTellWhatIsUnseenFromWhatIsKnownToBeMissing() {
    Progress.Wanted wanted = new Progress.Wanted(true, 9, Optional.of(PEER), -1, false);
    SyncView view = view(Pictures.idle(7, wanted), List.of(), hash -> false, OptionalLong.of(3));

    assertEquals(behind(9, "peer", 2, 3), view);
  }
}
