package dev.windlass.peerset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.peerset.Wanted.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerSetTest {
  private static final long MILLIS = 1_000_000L;
  private static final long SECONDS = 1_000 * MILLIS;
  private static final Hash HEAD = Hash.ofLongs(1, 1, 1, 1);
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final PeerId C = PeerId.of("c");

  private final PeerSet peers = new PeerSet(PeerLimits.DEFAULT);
  private long lastTicket;

  private Peer register(PeerId id, PeerKind kind) {
    assertTrue(peers.register(id, kind, Head.of(HEAD, 100)));
    return peers.peer(id).orElseThrow();
  }

  /** Asks the peer for as many blocks as its capacity allows, and delivers all of them. */
  private void deliver(Peer peer, long nowNanos, long nanos) {
    deliver(peer, nowNanos, nanos, peer.capacity());
  }

  private void deliver(Peer peer, long nowNanos, long nanos, int items) {
    long ticket = ++lastTicket;
    peers.begin(peer.id(), ticket, peer.capacity(), true, nowNanos);
    assertTrue(peers.complete(ticket, items, nowNanos + nanos).isPresent());
  }

  private List<PeerId> idle(long nowNanos) {
    return peers.idle(nowNanos, peer -> true).stream().map(Peer::id).toList();
  }

  private static Wanted blocks(int count, long bytes) {
    return new Wanted(Optional.empty(), Wanted.Item.BLOCK, List.of(), count, bytes, true);
  }

  @Test
  void shouldRegisterAPeerOnce() {
    register(A, PeerKind.HASH);
    assertFalse(peers.register(A, PeerKind.HEADER, Head.of(HEAD, 7)));
    assertEquals(PeerKind.HASH, peers.peer(A).orElseThrow().kind());
    assertEquals(1, peers.size());
  }

  @Test
  void shouldForgetAPeersRequestsWhenItLeaves() {
    register(A, PeerKind.HEADER);
    peers.begin(A, 1, 10, true, 0);
    assertEquals(1, peers.inFlight());
    assertEquals(A, peers.unregister(A).orElseThrow().id());
    assertEquals(0, peers.inFlight());
    assertEquals(Optional.empty(), peers.complete(1, 10, 5));
    assertEquals(Optional.empty(), peers.unregister(A));
  }

  @Test
  void shouldLetAHeaderPeerHaveSeveralRequestsAndAHashPeerOne() {
    Peer header = register(A, PeerKind.HEADER);
    Peer hash = register(B, PeerKind.HASH);
    for (int i = 0; i < PeerLimits.DEFAULT.creditsMax(); i++) {
      assertTrue(header.hasCredit());
      peers.begin(A, ++lastTicket, 1, true, 0);
    }
    assertFalse(header.hasCredit());
    peers.begin(B, ++lastTicket, 1, true, 0);
    assertFalse(hash.hasCredit());
    assertEquals(List.of(), idle(0));
    assertThrows(IllegalStateException.class, () -> peers.begin(B, ++lastTicket, 1, true, 0));
  }

  @Test
  void shouldRefuseATicketWhenItWasUsedBefore() {
    register(A, PeerKind.HEADER);
    peers.begin(A, 5, 1, true, 0);
    peers.complete(5, 1, 1);
    assertThrows(IllegalStateException.class, () -> peers.begin(A, 5, 1, true, 0));
    assertThrows(IllegalStateException.class, () -> peers.begin(A, 4, 1, true, 0));
    assertThrows(IllegalStateException.class, () -> peers.begin(C, 6, 1, true, 0));
  }

  @Test
  void shouldDoubleTheCapacityUpToTheProtocolsLimitWhenRepliesAreFullAndQuick() {
    Peer hash = register(A, PeerKind.HASH);
    Peer header = register(B, PeerKind.HEADER);
    List<Integer> grown = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      grown.add(hash.capacity());
      deliver(hash, 0, 10 * MILLIS);
      deliver(header, 0, 10 * MILLIS);
    }
    assertEquals(List.of(32, 64, 128, 128, 128, 128, 128), grown);
    assertEquals(1_024, header.capacity());
  }

  @Test
  void shouldGrowFromASingleBlockUnderTheLimitsOf2015() {
    PeerSet old = new PeerSet(PeerLimits.OF_2015);
    old.register(A, PeerKind.HASH, Head.of(HEAD, 1));
    Peer peer = old.peer(A).orElseThrow();
    for (int i = 0, expected = 1; i < 8; i++, expected = Math.min(128, 2 * expected)) {
      assertEquals(expected, peer.capacity());
      old.begin(A, i + 1, peer.capacity(), true, 0);
      old.complete(i + 1, peer.capacity(), MILLIS);
    }
  }

  /** Weakness 6 of 2015. */
  @Test
  void shouldKeepTheCapacityWhenRepliesAreShortOrEmpty() {
    Peer peer = register(A, PeerKind.HASH);
    deliver(peer, 0, 10 * MILLIS, 0);
    deliver(peer, 0, 10 * MILLIS, 31);
    assertEquals(32, peer.capacity());
    assertEquals(31, peer.blocksDelivered());
    deliver(peer, 0, 10 * MILLIS, 32);
    assertEquals(64, peer.capacity());
  }

  /** A peer that has nothing of what it is asked for holds fewer blocks for a round trip. */
  @Test
  void shouldHalveTheCapacityWhenAReplyIsEmptyDownToTheFirst() {
    Peer peer = register(A, PeerKind.HASH);
    deliver(peer, 0, 10 * MILLIS, 32);
    deliver(peer, 0, 10 * MILLIS, 64);
    assertEquals(128, peer.capacity());
    deliver(peer, 0, 10 * MILLIS, 0);
    assertEquals(64, peer.capacity());
    deliver(peer, 0, 10 * MILLIS, 0);
    deliver(peer, 0, 10 * MILLIS, 0);
    assertEquals(32, peer.capacity());
  }

  @Test
  void shouldHalveTheCapacityWhenAReplyIsSlow() {
    Peer peer = register(A, PeerKind.HASH);
    deliver(peer, 0, 3 * SECONDS);
    assertEquals(64, peer.capacity(), "three seconds are just not slow");
    deliver(peer, 0, 3 * SECONDS + 1);
    assertEquals(32, peer.capacity());
    assertEquals(PeerLimits.DEFAULT.bytesPerRequestMax() / 2, peer.capacityBytes());
  }

  @Test
  void shouldCallSlowWhatTakesFourTypicalRoundTrips() {
    Peer quick = register(A, PeerKind.HASH);
    Peer other = register(B, PeerKind.HASH);
    Peer slow = register(C, PeerKind.HASH);
    assertFalse(peers.isSlow(slow), "its round trip is not known");
    for (Peer peer : List.of(quick, other)) {
      deliver(peer, 0, 100 * MILLIS);
    }
    deliver(slow, 0, 401 * MILLIS);
    assertEquals(100 * MILLIS, peers.typicalRoundTripNanos());
    assertEquals(32, slow.capacity());
    assertTrue(peers.isSlow(slow));
    assertFalse(peers.isSlow(quick));
    peers.begin(C, ++lastTicket, 1, true, 0);
    peers.begin(A, ++lastTicket, 1, true, 0);
    assertEquals(
        List.of(lastTicket - 1), peers.owed(peers::isSlow).stream().map(Request::ticket).toList());
  }

  @Test
  void shouldCallNothingSlowBelowAQuarterOfASecond() {
    Peer quick = register(A, PeerKind.HASH);
    Peer other = register(B, PeerKind.HASH);
    Peer slow = register(C, PeerKind.HASH);
    deliver(quick, 0, MILLIS);
    deliver(other, 0, MILLIS);
    deliver(slow, 0, 249 * MILLIS);
    assertFalse(peers.isSlow(slow));
    assertEquals(64, slow.capacity());
  }

  /** Weakness 4 of 2015: a lost reply left its peer busy for the rest of the sync. */
  @Test
  void shouldFreeAndShrinkAPeerWhenItsRequestIsOverdue() {
    Peer peer = register(A, PeerKind.HASH);
    deliver(peer, 0, 10 * MILLIS);
    deliver(peer, 0, 10 * MILLIS);
    assertEquals(128, peer.capacity());
    Request request = peers.begin(A, ++lastTicket, 128, true, SECONDS);
    assertEquals(2 * SECONDS, request.deadlineNanos(), "a second is the shortest wait");
    assertEquals(List.of(), peers.expire(2 * SECONDS - 1));
    assertEquals(List.of(request), peers.expire(2 * SECONDS));
    assertEquals(1, peer.capacity());
    assertEquals(1, peer.timeoutsInARow());
    assertTrue(peer.hasCredit());
    assertEquals(Optional.empty(), peers.complete(lastTicket, 128, 2 * SECONDS));
  }

  @Test
  void shouldLetAPeerRestLongerWithEachTimeoutInARow() {
    Peer peer = register(A, PeerKind.HASH);
    long now = 0;
    List<Long> rests = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      Request request = peers.begin(A, ++lastTicket, 1, true, now);
      now = request.deadlineNanos();
      peers.expire(now);
      rests.add((peer.restsUntilNanos() - now) / MILLIS);
      assertTrue(peer.isBackingOff(now));
      assertTrue(peers.anyBackingOff(now));
      assertEquals(peer.restsUntilNanos(), peers.nextDeadlineNanos(now));
      now = peer.restsUntilNanos();
      assertFalse(peer.isBackingOff(now));
    }
    long first = 9_000 / 2;
    assertEquals(first, rests.get(0));
    assertEquals(2 * first, rests.get(1));
    assertEquals(64 * first, rests.get(6));
    assertEquals(64 * first, rests.get(8), "but not for ever");
    deliver(peer, now, MILLIS);
    assertEquals(0, peer.timeoutsInARow());
    assertFalse(peer.isBackingOff(now));
  }

  @Test
  void shouldExpireOneRequestBeforeItsDeadlineWhenTold() {
    Peer peer = register(A, PeerKind.HASH);
    peers.begin(A, ++lastTicket, 1, false, 0);
    peers.expire(lastTicket, SECONDS);
    assertTrue(peer.hasCredit());
    assertEquals(1, peer.timeoutsInARow());
    peers.expire(lastTicket, SECONDS);
    assertEquals(1, peer.timeoutsInARow(), "it was not open any more");
  }

  @Test
  void shouldWaitAsLongAsThePeerUsuallyTakes() {
    Peer peer = register(A, PeerKind.HASH);
    assertEquals(9 * SECONDS, peers.begin(A, ++lastTicket, 1, true, 0).deadlineNanos());
    peers.complete(lastTicket, 1, SECONDS);
    assertEquals(SECONDS, peer.roundTripNanos());
    long wait = peers.begin(A, ++lastTicket, 1, true, 0).deadlineNanos();
    assertEquals(5 * SECONDS, wait, "three means and four deviations");
    peers.complete(lastTicket, 1, 20 * SECONDS);
    wait = peers.begin(A, ++lastTicket, 1, true, 0).deadlineNanos();
    assertEquals(9 * SECONDS, wait, "and no longer than that");
  }

  /** A node that answers one header in 20 ms took two seconds for a thousand headers. */
  @Test
  void shouldWaitAsAtFirstWhenMuchMoreIsAskedThanEverCame() {
    register(A, PeerKind.HEADER);
    peers.begin(A, ++lastTicket, 1, false, 0);
    peers.complete(lastTicket, 1, 20 * MILLIS);

    assertEquals(SECONDS, peers.begin(A, ++lastTicket, 15, false, 0).deadlineNanos());
    long large = peers.begin(A, ++lastTicket, 1_024, false, 0).deadlineNanos();
    assertEquals(5 * SECONDS, large);
    assertEquals(9 * SECONDS, peers.begin(A, ++lastTicket, 16, true, 0).deadlineNanos());

    peers.complete(lastTicket - 1, 1_024, 30 * MILLIS);
    assertEquals(SECONDS, peers.begin(A, ++lastTicket, 1_024, false, 0).deadlineNanos());
  }

  /** The sync failed, because three large questions at once made its peer late after minutes. */
  @Test
  void shouldNotWaitForMinutesBecauseASmallAnswerMadeTheLineLookSlow() {
    register(A, PeerKind.HEADER);
    long bytes = 2 << 20;
    List<Request> large = new ArrayList<>();
    peers.begin(A, ++lastTicket, blocks(8, 8_192), false, 0);
    for (int i = 0; i < 3; i++) {
      large.add(peers.begin(A, ++lastTicket, blocks(24, bytes), false, 0));
    }
    peers.complete(A, lastTicket - 3, 8, 8_192, SECONDS);

    assertEquals(31 * SECONDS + peers.lateNanos(), peers.lateAtNanos(large.get(2)));
    long deadline = peers.request(lastTicket).orElseThrow().deadlineNanos();
    assertEquals(92 * SECONDS, deadline, "less than a stall takes");
    assertTrue(peers.receiving(A, 91 * SECONDS));
    deadline = peers.request(lastTicket).orElseThrow().deadlineNanos();
    assertEquals(100 * SECONDS, deadline, "an answer that is coming in has time");
  }

  @Test
  void shouldWaitLessForHashesThanForBlocksWhileNothingIsKnown() {
    register(A, PeerKind.HASH);
    assertEquals(5 * SECONDS, peers.begin(A, ++lastTicket, 1, false, 0).deadlineNanos());
    assertEquals(5 * SECONDS, peers.nextDeadlineNanos(0));
  }

  @Test
  void shouldPreferThoseWithoutTimeoutsThenTheFreeTheReputedAndTheQuick() {
    for (PeerId id : List.of(C, B, A)) {
      register(id, PeerKind.HEADER);
    }
    assertEquals(List.of(A, B, C), idle(0), "by name if all else is equal");
    peers.prefer(C, Preference.NEAR);
    peers.prefer(A, Preference.OTHER);
    assertEquals(List.of(C, B, A), idle(0), "the near one first, and one that nobody named last");
    peers.prefer(C, Preference.NAMED);
    peers.prefer(A, Preference.NAMED);
    deliver(peers.peer(A).orElseThrow(), 0, 20 * MILLIS);
    deliver(peers.peer(B).orElseThrow(), 0, 10 * MILLIS);
    deliver(peers.peer(C).orElseThrow(), 0, 30 * MILLIS);
    assertEquals(List.of(B, A, C), idle(0), "the quick first");
    peers.promote(C);
    assertEquals(List.of(C, B, A), idle(0), "reputation before speed");
    peers.begin(C, ++lastTicket, 1, true, 0);
    assertEquals(List.of(B, A, C), idle(0), "the free before the busy");
    peers.begin(B, ++lastTicket, 1, true, 0);
    peers.expire(lastTicket, 0);
    assertEquals(List.of(A, C), idle(0), "a peer that backs off is not asked");
    long rested = peers.peer(B).orElseThrow().restsUntilNanos();
    assertEquals(List.of(A, C, B), idle(rested), "and is the last one afterwards");
  }

  @Test
  void shouldHalveTheReputationOfWhoIsDemoted() {
    Peer peer = register(A, PeerKind.HASH);
    for (int i = 0; i < 5; i++) {
      peers.promote(A);
    }
    peers.demote(A);
    assertEquals(2, peer.reputation());
    peers.demote(PeerId.of("nobody"));
  }

  @Test
  void shouldLeaveAPeerAloneWhenItLacksMoreThanCanBeRemembered() {
    Peer peer = register(A, PeerKind.HASH);
    int max = PeerLimits.DEFAULT.lacksMax();
    List<Hash> hashes = new ArrayList<>();
    for (int i = 0; i < max; i++) {
      hashes.add(Hash.ofLongs(i, 0, 0, 0));
    }
    peers.addLacks(A, hashes, 0);
    assertEquals(max, peer.lackCount());
    assertTrue(peer.lacks(hashes.get(0)) && peer.lacks(hashes.get(max - 1)));
    assertEquals(List.of(A), idle(0));
    peers.addLacks(A, List.of(HEAD), 0);
    assertEquals(0, peer.lackCount());
    assertEquals(List.of(), idle(0));
    assertFalse(peers.anyBackingOff(0), "it did not time out");
    assertEquals(5 * SECONDS, peers.nextDeadlineNanos(0));
    assertEquals(List.of(A), idle(5 * SECONDS));
  }

  @Test
  void shouldLeaveAPeerAloneForLongerEachTimeUntilItDelivers() {
    Peer peer = register(A, PeerKind.HASH);
    List<Hash> tooMany = new ArrayList<>();
    for (int i = 0; i <= PeerLimits.DEFAULT.lacksMax(); i++) {
      tooMany.add(Hash.ofLongs(i, 0, 0, 0));
    }
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      peers.addLacks(A, tooMany, 0);
      waits.add(peer.emptyBackOffUntilNanos() / SECONDS);
    }
    assertEquals(List.of(5L, 10L, 20L, 40L, 80L, 160L, 320L, 320L), waits);
    deliver(peer, 0, MILLIS);
    peers.addLacks(A, tooMany, 0);
    assertEquals(5 * SECONDS, peer.emptyBackOffUntilNanos());
    peers.reset();
    assertFalse(peer.isBackingOffAfterEmpty(0));
  }

  @Test
  void shouldForgetSpeedAndLacksButNoReputationForANewSync() {
    Peer peer = register(A, PeerKind.HASH);
    deliver(peer, 0, MILLIS);
    peers.promote(A);
    peers.addLacks(A, List.of(HEAD), 0);
    peers.begin(A, ++lastTicket, 1, true, 0);
    peers.reset();
    assertEquals(32, peer.capacity());
    assertEquals(0, peer.lackCount());
    assertEquals(0, peer.inFlight());
    assertEquals(0, peers.inFlight());
    assertEquals(1, peer.reputation());
    assertEquals(Optional.empty(), peers.complete(lastTicket, 1, 1), "an answer to the old sync");
  }

  @Test
  void shouldLetClaimsOnlyGrow() {
    Peer peer = register(A, PeerKind.HASH);
    Hash higher = Hash.ofLongs(2, 2, 2, 2);
    Hash lower = Hash.ofLongs(3, 3, 3, 3);
    peers.claim(A, Head.of(higher, 120));
    peers.claim(A, Head.of(lower, 110));
    assertEquals(higher, peer.head());
    assertEquals(120, peer.headNumber());
    peers.claim(A, Head.of(lower, -1));
    assertEquals(lower, peer.head(), "without a number it may be anything");
    assertEquals(120, peer.headNumber());
  }

  @Test
  void shouldNoticeOnceThatAPeerLacksTheHeadThatItHasShown() {
    Peer peer = register(A, PeerKind.HEADER);
    Hash head = peer.head();
    Hash other = Hash.ofLongs(5, 5, 5, 5);
    assertFalse(peers.withholdsHead(A, List.of(head)), "a claim alone shows nothing");
    peers.showed(A, other);
    assertFalse(peers.withholdsHead(A, List.of(other)), "it never claimed this one");
    peers.showed(A, head);
    assertFalse(peers.withholdsHead(A, List.of(other)), "it may lack any other");
    assertTrue(peers.withholdsHead(A, List.of(other, head)));
    assertFalse(peers.withholdsHead(A, List.of(head)), "once");

    peers.showed(A, head);
    peers.claim(A, Head.of(other, peer.headNumber() + 1));
    assertFalse(peers.withholdsHead(A, List.of(head)), "a reorg may have removed it");
  }

  @Test
  void shouldNotMissTheHeadOfAPeerThatAnnouncedALowerBlockSince() {
    register(A, PeerKind.HEADER);
    peers.showed(A, HEAD);
    peers.claim(A, Head.of(hash(1), 99));
    assertEquals(HEAD, peers.peer(A).orElseThrow().head());
    assertFalse(peers.withholdsHead(A, List.of(HEAD)), "a reorg may have removed it");
    peers.claim(A, Head.of(HEAD, 100));
    assertTrue(peers.withholdsHead(A, List.of(HEAD)));
  }

  @Test
  void shouldCallLateWhatTakesTwoTypicalRoundTrips() {
    assertEquals(3 * SECONDS, peers.lateNanos(), "before the first answer");
    Peer peer = register(A, PeerKind.HASH);
    deliver(peer, 0, 100 * MILLIS);
    assertEquals(200 * MILLIS, peers.lateNanos());
    PeerSet quick = new PeerSet(PeerLimits.DEFAULT);
    quick.register(B, PeerKind.HASH, Head.of(HEAD, 1));
    quick.begin(B, 1, 1, true, 0);
    quick.complete(1, 1, 1);
    assertEquals(10 * MILLIS, quick.lateNanos());
  }

  @Test
  void shouldRefuseLimitsThatMakeNoSense() {
    assertThrows(
        IllegalArgumentException.class,
        () -> PeerLimits.DEFAULT.with(limits -> limits.wholeBlocksPerRequestMax = 0));
  }

  private long height(PeerId id) {
    return peers.peer(id).orElseThrow().headNumber();
  }

  private static Hash hash(int i) {
    return Hash.ofLongs(i, 2, 3, 4);
  }

  /** btcd's TestUpdateLastBlockHeight: a height never falls. */
  @Test
  void shouldNeverLowerAPeersHeight() {
    register(A, PeerKind.HEADER);
    peers.claim(A, Head.of(hash(1), 90));
    assertEquals(100, height(A));
    assertEquals(HEAD, peers.peer(A).orElseThrow().head(), "its head is the best of its claims");
    peers.learn(hash(1), 90);
    assertEquals(100, height(A));
    peers.claim(A, Head.of(hash(2), 101));
    assertEquals(101, height(A));
    peers.claim(A, Head.of(hash(3)));
    assertEquals(101, height(A));
    peers.learn(hash(3), 7);
    assertEquals(101, height(A));
  }

  /** UpdatePeerHeights of btcd. */
  @Test
  void shouldGiveTheNumberOfABlockToEachPeerThatAnnouncedItLast() {
    peers.register(A, PeerKind.HASH, Head.of(hash(1)));
    peers.register(B, PeerKind.HASH, Head.of(hash(1)));
    peers.register(C, PeerKind.HASH, Head.of(hash(2)));
    assertEquals(-1, height(A));
    assertTrue(peers.awaitsNumber(hash(1)));

    peers.learn(hash(1), 50);

    assertEquals(50, height(A));
    assertEquals(50, height(B));
    assertEquals(-1, height(C));
    assertFalse(peers.awaitsNumber(hash(1)));
    assertTrue(peers.awaitsAnyNumber());
    peers.claim(A, Head.of(hash(2)));
    peers.unregister(C);
    peers.checkInvariants();
    peers.learn(hash(2), 51);
    assertEquals(51, height(A));
    assertFalse(peers.awaitsAnyNumber());
  }

  @Test
  void shouldLearnTheNumberOfAHeadThoughALowerBlockWasAnnouncedSince() {
    peers.register(A, PeerKind.HASH, Head.of(hash(1), 5));
    peers.claim(A, Head.of(hash(2)));
    peers.claim(A, Head.of(hash(3), 4));
    assertEquals(hash(2), peers.peer(A).orElseThrow().head());

    peers.learn(hash(2), 9);

    assertEquals(9, height(A));
    assertFalse(peers.awaitsNumber(hash(2)));
    peers.claim(A, Head.of(hash(4), 3));
    assertFalse(peers.awaitsNumber(hash(2)), "it is proven already");
    peers.checkInvariants();
  }

  @Test
  void shouldCorrectANumberThatWasClaimedTooLow() {
    peers.register(A, PeerKind.HEADER, Head.of(hash(1), 5));
    peers.learn(hash(1), 50);
    assertEquals(50, height(A));
  }

  @Test
  void shouldAskAPeerForMoreThanItsHeightIfItsLastClaimHadNoNumber() {
    Peer peer = register(A, PeerKind.HEADER);
    assertFalse(peer.mayHave(101));
    peers.claim(A, Head.of(hash(1)));
    assertTrue(peer.mayHave(101));
    peers.claim(A, Head.of(hash(2), 102));
    assertFalse(peer.mayHave(103));
  }

  @Test
  void shouldKeepTheLowestBodyThatAPeerClaims() {
    Peer peer = register(A, PeerKind.HEADER);
    assertTrue(peer.range(Item.BLOCK).holds(1));
    peers.servesFrom(A, Item.BLOCK, 100);
    assertFalse(peer.range(Item.BLOCK).holds(99));
    assertTrue(peer.range(Item.HEADER).holds(99), "a pruned node serves all headers");
    assertTrue(peer.range(Item.BLOCK).holds(100));
    assertEquals(100, peer.range(Item.BLOCK).lowest(1));
    peers.claim(A, Head.of(hash(2), 200));
    peers.bodiesAbsent(A, 150);
    assertEquals(151, peer.range(Item.BLOCK).lowest(1));
    peers.forgetLowestBodies();
    assertEquals(100, peer.range(Item.BLOCK).lowest(1), "only the guess is forgotten");
  }

  @Test
  void shouldAskAPeerAgainForWhatItLackedIfItAnnouncesToServeMore() {
    Peer peer = register(A, PeerKind.HEADER);
    peers.servesFrom(A, Item.BLOCK, 50);
    peers.addLacks(A, List.of(hash(1)), 0);
    peers.hasNothing(A, List.of(Origin.block(hash(1))), 0);
    assertFalse(peers.servesFrom(A, Item.BLOCK, 50));
    assertTrue(peer.lacks(hash(1)));
    assertTrue(peers.servesFrom(A, Item.BLOCK, 10));
    assertFalse(peer.lacks(hash(1)));
    assertTrue(peer.isUnrestricted(0));
  }
}
