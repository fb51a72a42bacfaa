package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Floor;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.NextSync.Choice;
import dev.windlass.peerset.PeerKind;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Turns at a tip of number 100. The cycle takes ten, and three peers are wanted. */
class NextSyncTest {
  private static final long CYCLE = 10;
  private static final long DEADLINE = 70;
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final PeerId C = PeerId.of("c");
  private static final BlockId TIP = new BlockId(100, hash(100));
  private static final Gap GAP = new Gap(1, new BlockId(50, hash(50)));

  private CoreState context = context(true);
  private NextSync next = new NextSync(context);

  private static Hash hash(int i) {
    return Hash.ofLongs(i, 0, 0, 0);
  }

  private static CoreState context(boolean followsPeers) {
    DownloaderLimits limits =
        DownloaderLimits.DEFAULT.with(
            changed -> {
              changed.forcedCycleNanos = CYCLE;
              changed.turnNanos = DEADLINE;
              changed.peersWanted = 3;
              changed.followsPeers = followsPeers;
            });
    return new CoreState(
        limits,
        Floor.at(new BlockId(0, hash(0))),
        TIP,
        Map.of(),
        Trust.ROOT_ONLY,
        new SplittableRandom(1));
  }

  private void followNobody() {
    context = context(false);
    next = new NextSync(context);
  }

  private void register(PeerId peer) {
    context.peers.register(peer, PeerKind.HEADER, Head.of(TIP.hash()));
  }

  private void claim(PeerId peer, int head, boolean isFresh) {
    register(peer);
    context.heads.claim(peer, Announcement.ofPeer(peer, hash(head), head), isFresh);
  }

  private Optional<Hash> taken() {
    return next.take().map(Choice::anchor);
  }

  private Sync syncOf(PeerId origin, int head) {
    HeadClaims.Candidate candidate =
        new HeadClaims.Candidate(origin, hash(head), head, BigInteger.ZERO, false);
    return new Sync(1, Choice.ofHead(candidate), 0);
  }

  @Test
  void shouldTakeNothingWhenNothingIsWanted() {
    register(A);
    assertEquals(Optional.empty(), next.take());
    assertEquals(Progress.Wanted.NOTHING, next.wanted(0));
    assertFalse(next.isWanting());
    assertFalse(next.isChoosing());
  }

  @Test
  void shouldTakeAnAnchorAsItsOperatorNamedIt() {
    context.anchors.add(hash(7), 0);
    Choice expected =
        new Choice(
            hash(7),
            Optional.empty(),
            -1,
            BigInteger.ZERO,
            true,
            Optional.empty(),
            Optional.empty());
    assertEquals(Optional.of(expected), next.take());
  }

  @Test
  void shouldTakeAHeadAsItsPeerClaimsIt() {
    register(A);
    Head head = new Head(hash(101), 101, Optional.of(BigInteger.TEN));
    context.heads.claim(A, Announcement.ofPeer(A, head), true);
    Choice expected =
        new Choice(
            hash(101),
            Optional.of(A),
            101,
            BigInteger.TEN,
            false,
            Optional.empty(),
            Optional.empty());
    assertEquals(Optional.of(expected), next.take());
  }

  @Test
  void shouldTakeAHeadThatReplacesTheTip() {
    register(A);
    context.heads.claim(A, Announcement.ofPeer(A, hash(99), 99).replacing(), true);
    assertTrue(next.take().orElseThrow().isReplacing());
  }

  @Test
  void shouldTakeAGapWhenNothingIsWantedAbove() {
    context.fill.note(List.of(GAP));
    context.anchors.add(hash(7), 0);
    claim(A, 101, true);
    assertEquals(Optional.of(hash(7)), taken());
    context.anchors.synced(hash(7));
    assertEquals(Optional.of(hash(101)), taken());
    context.heads.forget(A);
    Choice expected =
        new Choice(
            hash(50),
            Optional.empty(),
            50,
            BigInteger.ZERO,
            false,
            Optional.of(GAP),
            Optional.empty());
    assertEquals(Optional.of(expected), next.take());
  }

  @Test
  void shouldLetAnchorsAndHeadsTakeTurns() {
    context.anchors.add(hash(7), 0);
    claim(A, 101, true);
    assertEquals(Optional.of(hash(7)), taken());
    assertEquals(Optional.of(hash(101)), taken());
    assertEquals(Optional.of(hash(7)), taken());
  }

  @Test
  void shouldTakeTheOtherWhenOnlyThatIsThere() {
    context.anchors.add(hash(7), 0);
    assertEquals(Optional.of(hash(7)), taken());
    assertEquals(Optional.of(hash(7)), taken(), "no head waits");
    context.anchors.synced(hash(7));
    claim(A, 101, true);
    assertEquals(Optional.of(hash(101)), taken());
    assertEquals(Optional.of(hash(101)), taken(), "no anchor waits");
  }

  @Test
  void shouldNotCountAGapAsATurn() {
    context.fill.note(List.of(GAP));
    context.anchors.add(hash(7), 0);
    assertEquals(Optional.of(hash(7)), taken());
    context.anchors.remove(hash(7));
    assertEquals(Optional.of(hash(50)), taken());
    context.anchors.add(hash(7), 0);
    claim(A, 101, true);
    assertEquals(Optional.of(hash(101)), taken(), "the anchor had the last turn");
  }

  @Test
  void shouldTakeAnAnchorOnceItHasRested() {
    context.anchors.add(hash(7), 5);
    assertEquals(Optional.empty(), taken());
    context.nowNanos = 5;
    assertEquals(Optional.of(hash(7)), taken());
  }

  @Test
  void shouldWaitForTheCycleWithAHeadThatWasNotJustAnnounced() {
    context.nowNanos = 1;
    claim(A, 101, false);
    assertEquals(Optional.empty(), taken());
    assertTrue(next.isChoosing());
    context.nowNanos = CYCLE;
    assertEquals(Optional.empty(), taken());
    context.nowNanos = 1 + CYCLE;
    assertEquals(Optional.of(hash(101)), taken());
  }

  @Test
  void shouldNotWaitWithAHeadThatWasJustAnnounced() {
    claim(A, 101, true);
    assertEquals(Optional.of(hash(101)), taken());
  }

  @Test
  void shouldNotWaitWhenEnoughPeersAreThere() {
    claim(A, 101, false);
    register(B);
    assertEquals(Optional.empty(), taken());
    register(C);
    assertEquals(Optional.of(hash(101)), taken());
  }

  @Test
  void shouldBeginTheCycleAnewWhenTheSyncOfAHeadHasEnded() {
    context.nowNanos = CYCLE;
    claim(A, 101, false);
    next.headEnded(false, A);
    context.nowNanos = 2 * CYCLE - 1;
    assertEquals(Optional.empty(), taken());
    context.nowNanos = 2 * CYCLE;
    assertEquals(Optional.of(hash(101)), taken());
  }

  @Test
  void shouldTakeAHeadAtOnceWhenAnotherGaveWayToIt() {
    claim(A, 101, false);
    next.headEnded(true, A);
    assertEquals(Optional.of(hash(101)), taken());
  }

  @Test
  void shouldTakeTheNextHeadAtOnceWhenThePeerOfTheLastOneIsLost() {
    claim(A, 101, false);
    next.headEnded(false, B);
    assertEquals(Optional.of(hash(101)), taken());
    next.headEnded(false, A);
    assertEquals(Optional.empty(), taken());
    claim(B, 90, false);
    context.coolDown(B);
    next.headEnded(false, B);
    assertEquals(Optional.of(hash(101)), taken(), "its peer cools down");
  }

  @Test
  void shouldTakeNoHeadOfAPeerThatIsNotConnected() {
    context.heads.claim(A, Announcement.ofPeer(A, hash(101), 101), true);
    assertEquals(Optional.empty(), taken());
    assertFalse(next.isChoosing());
  }

  @Test
  void shouldTakeNoHeadWhenPeersAreNotFollowed() {
    followNobody();
    claim(A, 101, true);
    assertEquals(Optional.empty(), taken());
    assertFalse(next.isChoosing());
    assertFalse(next.isWanting());
    assertEquals(Progress.Wanted.NOTHING, next.wanted(0));
    assertEquals(Long.MAX_VALUE, next.nextNanos());
    context.anchors.add(hash(7), 9);
    assertTrue(next.isWanting());
    assertEquals(9, next.nextNanos());
  }

  @Test
  void shouldTellWhatIsWanted() {
    claim(A, 101, true);
    claim(B, 105, true);
    context.fill.note(List.of(GAP));
    context.fill.rest(20);
    assertEquals(new Progress.Wanted(true, 105, Optional.of(B), -1, false), next.wanted(19));
    assertEquals(new Progress.Wanted(true, 105, Optional.of(B), -1, true), next.wanted(20));
    context.heads.forget(A);
    context.heads.forget(B);
    assertEquals(new Progress.Wanted(false, -1, Optional.empty(), -1, true), next.wanted(20));
    context.anchors.add(hash(7), 1_000);
    assertEquals(new Progress.Wanted(true, -1, Optional.empty(), -1, true), next.wanted(20));
  }

  @Test
  void shouldNeverBeDueWithoutAPeer() {
    context.anchors.add(hash(7), 9);
    assertEquals(Long.MAX_VALUE, next.nextNanos());
    register(A);
    assertEquals(9, next.nextNanos());
  }

  @Test
  void shouldBeDueWithTheFirstThatHasRested() {
    register(A);
    assertEquals(Long.MAX_VALUE, next.nextNanos());
    context.fill.note(List.of(GAP));
    context.fill.rest(40);
    assertEquals(40, next.nextNanos());
    context.anchors.add(hash(7), 30);
    assertEquals(30, next.nextNanos());
    claim(A, 101, false);
    context.heads.rest(hash(101), Optional.of(A), false, 0, 20);
    assertEquals(20, next.nextNanos());
  }

  @Test
  void shouldBeDueWithTheCycleWhenHeadsHaveRested() {
    claim(A, 101, false);
    context.heads.rest(hash(101), Optional.of(A), false, 0, 4);
    assertEquals(4, next.nextNanos());
    next.headEnded(false, A);
    assertEquals(CYCLE, next.nextNanos());
    register(B);
    register(C);
    assertEquals(4, next.nextNanos(), "enough peers are there to choose from");
  }

  @Test
  void shouldGiveWayToAnotherPeersHeadAfterACycle() {
    claim(A, 101, true);
    Sync sync = syncOf(A, 101);
    assertEquals(Long.MAX_VALUE, next.givesWayNanos(sync));
    context.heads.claim(B, Announcement.ofPeer(B, hash(102), 102), true);
    assertEquals(Long.MAX_VALUE, next.givesWayNanos(sync), "it is not connected");
    register(B);
    assertEquals(Long.MAX_VALUE, next.givesWayNanos(sync), "its peer has not shown it");
    context.heads.confirm(B, hash(102), 102);
    assertEquals(CYCLE, next.givesWayNanos(sync));
  }

  @Test
  void shouldGiveWayToAnAnchorAfterTheDeadlineOfProgress() {
    claim(A, 101, true);
    Sync sync = syncOf(A, 101);
    context.anchors.add(hash(7), 0);
    assertEquals(DEADLINE, next.givesWayNanos(sync));
    claim(B, 102, true);
    context.heads.confirm(B, hash(102), 102);
    assertEquals(CYCLE, next.givesWayNanos(sync), "the first of both");
  }
}
