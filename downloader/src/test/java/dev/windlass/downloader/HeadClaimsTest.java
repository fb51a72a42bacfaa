package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeadClaimsTest {
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");

  private final HeadClaims heads = new HeadClaims(3);

  private static Hash hash(int i) {
    return Hash.ofLongs(i, 0, 0, 0);
  }

  private static Announcement said(PeerId peer, int hash, long number, long difficulty) {
    Optional<BigInteger> total =
        difficulty < 0 ? Optional.empty() : Optional.of(BigInteger.valueOf(difficulty));
    return new Announcement(Optional.of(peer), hash(hash), number, total);
  }

  private void claim(PeerId peer, int hash, long number) {
    heads.claim(peer, said(peer, hash, number, -1), true);
  }

  private Optional<Hash> best(long tip) {
    return heads.best(tip, false, 0, peer -> true).map(Map.Entry::getValue);
  }

  @Test
  void shouldTakeNoClaimOfAStrangerUntilItIsForgotten() {
    heads.disregard(A);
    claim(A, 1, 10);
    assertEquals(Optional.empty(), best(0));
    heads.forget(A);
    claim(A, 1, 10);
    assertEquals(Optional.of(hash(1)), best(0));
  }

  @Test
  void shouldGiveEveryAnchorItsTurn() {
    assertTrue(heads.addAnchor(hash(1), 10));
    assertTrue(heads.addAnchor(hash(2), 5));
    assertEquals(Optional.empty(), heads.readyAnchor(4));
    assertEquals(5, heads.nextAnchorNanos());
    assertEquals(Optional.of(hash(2)), heads.readyAnchor(5));
    heads.addAnchor(hash(2), 20);
    assertEquals(Optional.of(hash(1)), heads.readyAnchor(30), "it has waited longer");
    heads.removeAnchor(hash(1));
    assertEquals(Optional.of(hash(2)), heads.readyAnchor(30));
    heads.removeAnchor(hash(2));
    assertFalse(heads.hasAnchors());
    assertEquals(Long.MAX_VALUE, heads.nextAnchorNanos());
  }

  @Test
  void shouldRefuseAnAnchorWhenTooManyWait() {
    for (int i = 1; i <= 3; i++) {
      assertTrue(heads.addAnchor(hash(i), 0));
    }
    assertFalse(heads.addAnchor(hash(4), 0));
    assertTrue(heads.addAnchor(hash(3), 7), "one that waits may be put off");
    heads.removeAnchor(hash(1));
    assertTrue(heads.addAnchor(hash(4), 0));
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
        Optional.of(Map.entry(B, hash(2))), heads.best(0, false, 0, peer -> peer.equals(B)));
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
    assertEquals(Optional.empty(), heads.best(0, true, 0, peer -> true));
    assertEquals(Optional.of(hash(1)), best(0));
    claim(A, 2, 101);
    assertEquals(hash(2), heads.best(0, true, 0, peer -> true).orElseThrow().getValue());
    heads.rest(hash(2), 10);
    assertEquals(Optional.empty(), heads.best(0, true, 10, peer -> true), "it was tried");
    assertEquals(Optional.empty(), heads.best(0, false, 9, peer -> true));
    assertEquals(10, heads.nextClaimNanos(0));
    assertEquals(hash(2), heads.best(0, false, 10, peer -> true).orElseThrow().getValue());
    heads.settle(hash(2));
    assertEquals(Optional.empty(), heads.best(0, false, 10, peer -> true));
    assertEquals(Long.MAX_VALUE, heads.nextClaimNanos(0));
  }

  @Test
  void shouldSettleAHeadForEveryPeerThatClaimsIt() {
    claim(A, 1, 100);
    claim(B, 1, 100);
    heads.settle(hash(1));
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
}
