package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Segment;
import dev.windlass.downloader.links.HashChain;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeadClaimsTest {
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");

  private static final long CYCLE = 10;

  private final HeadClaims heads = new HeadClaims();

  private static Hash hash(int i) {
    return Hash.ofLongs(i, 0, 0, 0);
  }

  private static Announcement said(PeerId peer, int hash, long number, long difficulty) {
    Optional<BigInteger> total =
        difficulty < 0 ? Optional.empty() : Optional.of(BigInteger.valueOf(difficulty));
    return Announcement.ofPeer(peer, new Head(hash(hash), number, total));
  }

  private void claim(PeerId peer, int hash, long number) {
    heads.claim(peer, said(peer, hash, number, -1), true);
  }

  private static BlockId tip(long number) {
    return new BlockId(number, Hash.ZERO);
  }

  private Optional<Hash> best(long tip) {
    return best(tip, false, 0);
  }

  private Optional<Hash> best(long tip, boolean onlyFresh, long nowNanos) {
    return heads.best(tip(tip), onlyFresh, nowNanos, peer -> true).map(HeadClaims.Candidate::head);
  }

  private void rest(int hash, PeerId origin, long nowNanos) {
    heads.rest(hash(hash), Optional.of(origin), true, nowNanos, CYCLE);
  }

  @Test
  void shouldTakeNoClaimOfAUntrustedPeerUntilItIsForgotten() {
    heads.disregard(A);
    claim(A, 1, 10);
    assertEquals(Optional.empty(), best(0));
    heads.forget(A);
    claim(A, 1, 10);
    assertEquals(Optional.of(hash(1)), best(0));
  }

  /** Weakness 9 of 2015: any NewBlock overwrote what its peer had claimed. */
  @Test
  void shouldLetClaimsOnlyGrow() {
    claim(A, 1, 100);
    claim(A, 2, 90);
    assertEquals(Optional.of(hash(1)), best(0));
    claim(A, 3, 101);
    assertEquals(Optional.of(hash(3)), best(0));
    heads.claim(A, said(A, 4, -1, 1_000), true);
    assertEquals(Optional.of(hash(4)), best(0));
    heads.claim(A, said(A, 5, -1, 999), true);
    assertEquals(Optional.of(hash(4)), best(0));
  }

  @Test
  void shouldChooseTheGreatestDifficultyThenTheHighestNumber() {
    heads.claim(A, said(A, 1, 200, 5), true);
    heads.claim(B, said(B, 2, 100, 6), true);
    assertEquals(Optional.of(hash(2)), best(0));
    heads.claim(A, said(A, 3, 201, 6), true);
    assertEquals(Optional.of(hash(3)), best(0));
    assertEquals(
        Optional.of(new HeadClaims.Candidate(B, hash(2), 100, BigInteger.valueOf(6), false)),
        heads.best(tip(0), false, 0, peer -> peer.equals(B)));
  }

  @Test
  void shouldPassOverWhatIsNotAboveTheTip() {
    claim(A, 1, 100);
    assertEquals(Optional.of(hash(1)), best(99));
    assertEquals(Optional.empty(), best(100));
    claim(B, 2, -1);
    assertEquals(Optional.of(hash(2)), best(100), "nobody knows where it stands");
  }

  @Test
  void shouldTakeAFreshClaimAtOnceAndAnOldOneWithTheCycle() {
    heads.claim(A, said(A, 1, 100, -1), false);
    assertEquals(Optional.empty(), best(0, true, 0));
    assertEquals(Optional.of(hash(1)), best(0));
    claim(A, 2, 101);
    assertEquals(Optional.of(hash(2)), best(0, true, 0));
    rest(2, A, 0);
    assertEquals(Optional.empty(), best(0, true, 10), "it was tried");
    assertEquals(Optional.empty(), best(0, false, 9));
    assertEquals(10, heads.nextNanos(tip(0)));
    assertEquals(Optional.of(hash(2)), best(0, false, 10));
    heads.settle(hash(2), Optional.of(A), BigInteger.ZERO, new BlockId(100, hash(2)));
    assertEquals(Optional.empty(), best(0, false, 10));
    assertEquals(Long.MAX_VALUE, heads.nextNanos(tip(0)));
  }

  /** A claimed head that no peer serves was the best again after each reconnect. */
  @Test
  void shouldLetAHeadAndItsOriginRestLongerEachTimeAcrossReconnects() {
    long now = 0;
    for (int i = 0; i < 5; i++) {
      claim(A, 1, 1_000);
      rest(1, A, now);
      heads.forget(A);
      claim(A, 1, 1_000);
      long until = now + (CYCLE << i);
      assertEquals(Optional.empty(), best(0, false, until - 1));
      assertEquals(until, heads.nextNanos(tip(0)));
      assertEquals(Optional.of(hash(1)), best(0, false, until));
      now = until;
    }
    claim(A, 2, 1_001);
    rest(2, A, now);
    claim(A, 3, 1_002);
    assertEquals(Optional.empty(), best(0, false, now + CYCLE), "its next promise rests as well");
  }

  @Test
  void shouldPreferAPeerWhoseHeadsDoNotFail() {
    claim(A, 1, 1_000);
    claim(B, 2, 10);
    assertEquals(Optional.of(hash(1)), best(0));
    rest(1, A, 0);
    assertEquals(Optional.of(hash(2)), best(0, false, CYCLE));
    heads.settle(hash(1), Optional.of(A), BigInteger.ZERO, tip(1_000));
    claim(A, 3, 1_001);
    assertEquals(Optional.of(hash(3)), best(0, false, CYCLE), "a sync that is done forgives");
  }

  @Test
  void shouldRestForOneCycleWhereSomethingCame() {
    claim(A, 1, 100);
    for (long now = 0; now < 100; now += CYCLE) {
      heads.rest(hash(1), Optional.of(A), false, now, CYCLE);
      assertEquals(now + CYCLE, heads.nextNanos(tip(0)));
    }
  }

  @Test
  void shouldFollowAPeerToALowerHeadThatReplacesItsOwn() {
    BlockId tip = new BlockId(100, hash(1));
    claim(A, 1, 100);
    heads.settle(hash(1), Optional.of(A), BigInteger.ZERO, new BlockId(100, hash(1)));
    heads.claim(A, Announcement.ofPeer(A, hash(2), 99).replacing(), true);
    assertEquals(
        Optional.of(new HeadClaims.Candidate(A, hash(2), 99, BigInteger.ZERO, true)),
        heads.best(tip, false, 0, peer -> true));
    claim(B, 1, 100);
    assertEquals(
        Optional.empty(), heads.best(tip, false, 0, peer -> true), "another stands by the tip");
  }

  @Test
  void shouldFollowAHeavierHeadThatIsNoHigher() {
    heads.claim(A, said(A, 1, 100, 50), true);
    heads.settle(hash(1), Optional.of(A), BigInteger.valueOf(50), new BlockId(100, hash(1)));
    heads.claim(A, said(A, 2, 100, 50), true);
    BlockId tip = new BlockId(100, hash(1));
    assertEquals(Optional.empty(), heads.best(tip, false, 0, peer -> true));
    heads.claim(A, said(A, 3, 100, 51), true);
    assertEquals(
        Optional.of(new HeadClaims.Candidate(A, hash(3), 100, BigInteger.valueOf(51), true)),
        heads.best(tip, false, 0, peer -> true));
  }

  @Test
  void shouldSettleAHeadForEveryPeerThatClaimsIt() {
    claim(A, 1, 100);
    claim(B, 1, 100);
    heads.settle(hash(1), Optional.of(A), BigInteger.ZERO, new BlockId(100, hash(1)));
    assertEquals(Optional.empty(), best(0));
    claim(A, 1, 100);
    assertEquals(Optional.empty(), best(0), "the same claim again changes nothing");
    claim(A, 2, 100);
    assertEquals(Optional.of(hash(2)), best(0));
  }

  @Test
  void shouldForgetWhatAPeerClaimedWhenItLeaves() {
    claim(A, 1, 100);
    heads.forget(A);
    assertEquals(Optional.empty(), best(0));
  }

  private static Sync sync(PeerId origin, int hash, long startedNanos) {
    return new Sync(
        1,
        NextSync.Choice.ofHead(
            new HeadClaims.Candidate(origin, hash(hash), 100, BigInteger.ZERO, false)),
        startedNanos);
  }

  private long givesWay(Sync sync) {
    return heads.givesWayNanos(sync, tip(0), CYCLE, peer -> true);
  }

  @Test
  void shouldGiveTheTurnToThePeerWhoseLastOneIsLongestAgo() {
    claim(A, 1, 300);
    claim(B, 2, 200);
    assertEquals(Optional.of(hash(1)), best(0));
    heads.gaveWay(A, 50);
    assertEquals(Optional.of(hash(2)), best(0));
    heads.gaveWay(B, 60);
    assertEquals(Optional.of(hash(1)), best(0));
    heads.gaveWay(A, 70);
    claim(A, 3, 400);
    assertEquals(Optional.of(hash(2)), best(0), "a new claim gives no new turn");
    heads.settle(hash(2), Optional.of(B), BigInteger.ZERO, tip(0));
    claim(B, 4, 201);
    assertEquals(Optional.of(hash(4)), best(0), "what came to its end is not held against it");
  }

  @Test
  void shouldGiveWayTheLaterTheMoreTurnsTheOtherHadInVain() {
    Sync sync = sync(A, 1, 100);
    claim(A, 1, 100);
    assertEquals(Long.MAX_VALUE, givesWay(sync), "nobody waits");
    claim(A, 2, 101);
    assertEquals(Long.MAX_VALUE, givesWay(sync), "its own origin does not");
    claim(B, 1, 100);
    assertEquals(Long.MAX_VALUE, givesWay(sync), "it is the same head");
    claim(B, 3, 101);
    assertEquals(100 + CYCLE, givesWay(sync));
    heads.gaveWay(B, 0);
    assertEquals(100 + 2 * CYCLE, givesWay(sync));
    heads.gaveWay(B, 0);
    assertEquals(100 + 4 * CYCLE, givesWay(sync));
    for (int i = 0; i < 10; i++) {
      heads.gaveWay(B, 0);
    }
    assertEquals(100 + 64 * CYCLE, givesWay(sync));
    heads.rest(hash(3), Optional.of(B), true, 10_000, CYCLE);
    assertEquals(10_000 + CYCLE, givesWay(sync), "what rests does not wait");
  }

  @Test
  void shouldNotGiveWayToAHeadWhoseLinksItsChainHas() {
    Segment below = Segment.empty(7, hash(9), true).grown(5, hash(4));
    Sync sync = sync(A, 1, 100);
    sync.chain =
        new HashChain(
            hash(1), List.of(new HashChain.Stretch(below, 2)), hash(4), 90, Optional.empty());
    claim(B, 9, 101);
    assertEquals(Long.MAX_VALUE, givesWay(sync));
    assertEquals(100 + CYCLE, givesWay(sync(A, 1, 100)));
  }
}
