package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Segment;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.PeerLimits;
import dev.windlass.peerset.PeerSet;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadClaimsTest {
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final PeerId C = PeerId.of("c");

  private static final long CYCLE = 10;

  private static final DownloaderLimits LIMITS =
      DownloaderLimits.DEFAULT.with(limits -> limits.forcedCycleNanos = CYCLE);

  private static final long COOL = LIMITS.coolDownNanos();
  private static final long AGAIN = LIMITS.reelectionNanos();

  private final PeerSet peers = new PeerSet(PeerLimits.DEFAULT);
  private final HeadClaims heads = new HeadClaims(LIMITS, peers);

  @BeforeEach
  void connect() {
    for (PeerId peer : List.of(A, B, C)) {
      peers.register(peer, PeerKind.HEADER, Head.of(Hash.ZERO));
    }
  }

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
    return heads.best(tip(tip), onlyFresh, nowNanos).map(HeadClaims.Candidate::head);
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
    peers.unregister(A);
    assertEquals(
        Optional.of(new HeadClaims.Candidate(B, hash(2), 100, BigInteger.valueOf(6), false)),
        heads.best(tip(0), false, 0));
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
    assertEquals(10, heads.nextNanos(tip(0), 0));
    assertEquals(Optional.of(hash(2)), best(0, false, 10));
    heads.settle(hash(2), Optional.of(A), BigInteger.ZERO, new BlockId(100, hash(2)));
    assertEquals(Optional.empty(), best(0, false, 10));
    assertEquals(Long.MAX_VALUE, heads.nextNanos(tip(0), 0));
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
      assertEquals(until, heads.nextNanos(tip(0), now));
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
      assertEquals(now + CYCLE, heads.nextNanos(tip(0), now));
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
        heads.best(tip, false, 0));
    claim(B, 1, 100);
    assertEquals(Optional.empty(), heads.best(tip, false, 0), "another stands by the tip");
  }

  @Test
  void shouldFollowAHeavierHeadThatIsNoHigher() {
    heads.claim(A, said(A, 1, 100, 50), true);
    heads.settle(hash(1), Optional.of(A), BigInteger.valueOf(50), new BlockId(100, hash(1)));
    heads.claim(A, said(A, 2, 100, 50), true);
    BlockId tip = new BlockId(100, hash(1));
    assertEquals(Optional.empty(), heads.best(tip, false, 0));
    heads.claim(A, said(A, 3, 100, 51), true);
    assertEquals(
        Optional.of(new HeadClaims.Candidate(A, hash(3), 100, BigInteger.valueOf(51), true)),
        heads.best(tip, false, 0));
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
    return heads.givesWayNanos(sync, tip(0), 0);
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
    heads.confirm(B, hash(3), 101);
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
    heads.confirm(B, hash(9), 101);
    assertEquals(Long.MAX_VALUE, givesWay(sync));
    assertEquals(100 + CYCLE, givesWay(sync(A, 1, 100)));
  }

  /** btcd's TestFetchHigherPeers: strictly higher, and only what peers that are followed claim. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "all higher, 101, 102, 103, 3",
    "one equal and one lower, 100, 99, 101, 3",
    "none higher, 100, 99, 100, 0"
  })
  void shouldChooseTheHighestThatIsStrictlyAboveTheTip(
      String what, long ofA, long ofB, long ofC, int expected) {
    claim(A, 1, ofA);
    claim(B, 2, ofB);
    claim(C, 3, ofC);
    assertEquals(expected == 0 ? Optional.empty() : Optional.of(hash(expected)), best(100), what);
    heads.forget(C);
    heads.disregard(C);
    claim(C, 3, ofC);
    Optional<Hash> left = ofB > 100 ? Optional.of(hash(2)) : Optional.empty();
    assertEquals(left, best(100), "an untrusted peer is no candidate");
  }

  private void answer(PeerId peer, long ticket, long bytes) {
    peers.begin(peer, ticket, 1, false, 0);
    peers.complete(peer, ticket, 1, bytes, 1_000_000_000L);
  }

  @Test
  void shouldPreferTheQuickerLineAmongEqualClaims() {
    claim(A, 1, 100);
    claim(B, 2, 100);
    answer(A, 1, 100_000);
    answer(B, 2, 200_000);
    assertEquals(Optional.of(hash(2)), best(0));
    answer(A, 3, 900_000);
    assertEquals(Optional.of(hash(1)), best(0));
    claim(B, 4, 101);
    assertEquals(Optional.of(hash(4)), best(0), "the higher claim counts first");
  }

  @Test
  void shouldSyncNoHeadOfAPeerThatCoolsDown() {
    claim(A, 1, 100);
    claim(B, 2, 50);
    heads.coolDown(A, 0);
    assertEquals(Optional.of(hash(2)), best(0));
    assertEquals(Optional.empty(), best(50, false, COOL - 1));
    assertEquals(COOL, heads.nextNanos(tip(50), 1));
    assertEquals(Optional.of(hash(1)), best(50, false, COOL));
  }

  @Test
  void shouldRememberACoolDownAcrossReconnects() {
    claim(B, 2, 50);
    claim(A, 1, 100);
    heads.coolDown(A, 0);
    heads.forget(A);
    claim(A, 3, 200);
    assertEquals(Optional.empty(), best(50, false, COOL - 1));
    assertEquals(Optional.of(hash(3)), best(50, false, COOL));
  }

  @Test
  void shouldEndACoolDownWhenThePeerHasServedItsHead() {
    claim(A, 1, 100);
    claim(B, 2, 50);
    heads.coolDown(A, 0);
    heads.endCoolDown(A);
    assertEquals(Optional.of(hash(1)), best(50));
  }

  @Test
  void shouldRememberABoundedNumberOfCoolDowns() {
    claim(A, 1, 100);
    claim(B, 2, 50);
    heads.coolDown(A, 0);
    for (int i = 1; i < BackOff.NAMES_MAX; i++) {
      heads.coolDown(PeerId.of("other" + i), 0);
    }
    assertEquals(Optional.empty(), best(50));
    heads.coolDown(PeerId.of("one more"), 0);
    assertEquals(Optional.of(hash(1)), best(50), "the oldest is forgotten");
  }

  /** A node that follows a single peer would stand still for ten minutes after one stall. */
  @Test
  void shouldElectAgainSoonWhenAllFollowedPeersCoolDown() {
    claim(A, 1, 100);
    heads.coolDown(A, 0);
    assertEquals(Optional.empty(), best(0, false, AGAIN - 1));
    assertEquals(AGAIN, heads.nextNanos(tip(0), 1));
    assertEquals(Optional.of(hash(1)), best(0, false, AGAIN));
    claim(B, 2, 0);
    assertEquals(Optional.empty(), best(0, false, AGAIN), "another may have a head");
    heads.forget(B);
    assertEquals(Optional.of(hash(1)), best(0, false, AGAIN));
    heads.coolDown(A, AGAIN);
    assertEquals(Optional.empty(), best(0, false, 2 * AGAIN - 1));
  }

  @Test
  void shouldKnowWhichNumberAHeaderProves() {
    BlockId tip = new BlockId(100, hash(1));
    claim(A, 2, 1_000);
    claim(B, 3, 500);
    assertEquals(-1, heads.highestProven(tip, 0));
    heads.learn(new BlockId(500, hash(3)));
    assertEquals(500, heads.highestProven(tip, 0));
    heads.learn(new BlockId(700, hash(2)));
    assertEquals(500, heads.highestProven(tip, 0), "its peer claims another number");
    assertTrue(heads.confirm(A, hash(2), 1_000));
    assertEquals(1_000, heads.highestProven(tip, 0));
  }

  @Test
  void shouldShowNoClaimOfAPeerThatCoolsDownIfAnotherStandsByTheTip() {
    BlockId tip = new BlockId(100, hash(1));
    claim(A, 2, 1_000);
    claim(B, 1, 100);
    assertEquals(Optional.of(new HeadClaims.Highest(1_000, A)), heads.highest(tip, 0));
    heads.coolDown(A, 0);
    assertEquals(Optional.empty(), heads.highest(tip, 1));
    assertEquals(Optional.of(new HeadClaims.Highest(1_000, A)), heads.highest(tip, COOL));
  }

  private Optional<Hash> unconfirmed(Sync sync, long nowNanos) {
    return heads.unconfirmed(sync, tip(0), nowNanos).map(HeadClaims.Candidate::head);
  }

  @Test
  void shouldGiveWayOnlyToAHeadThatItsPeerHasShown() {
    Sync sync = sync(A, 1, 100);
    claim(A, 1, 100);
    claim(B, 2, 101);
    assertEquals(Long.MAX_VALUE, givesWay(sync));
    assertEquals(100 + CYCLE, heads.confirmNanos(sync, tip(0), 0));
    assertEquals(Optional.empty(), unconfirmed(sync, 99 + CYCLE));
    assertEquals(Optional.of(hash(2)), unconfirmed(sync, 100 + CYCLE));
    assertTrue(heads.confirm(B, hash(2), 101));
    assertEquals(100 + CYCLE, givesWay(sync));
    assertEquals(Optional.empty(), unconfirmed(sync, 100 + CYCLE));
    claim(B, 3, 102);
    assertEquals(Long.MAX_VALUE, givesWay(sync), "this head was not shown");
  }

  @Test
  void shouldNoteTheNumberThatTheHeaderOfAHeadHas() {
    Sync sync = sync(A, 1, 100);
    claim(B, 2, -1);
    assertTrue(heads.confirm(B, hash(2), 101), "it claimed no number");
    assertEquals(100 + CYCLE, givesWay(sync));
    assertEquals(Optional.empty(), best(101), "now its number is known");
    claim(C, 3, 1_000);
    assertFalse(heads.confirm(C, hash(3), 102), "it claimed another number");
    assertTrue(heads.confirm(C, hash(4), 103), "it does not claim this head any more");
  }
}
