package dev.windlass.downloader.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.Floor;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.CoreState;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.DrivenCore;
import dev.windlass.downloader.TestSyncs;
import dev.windlass.downloader.Trust;
import dev.windlass.peerset.PeerKind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A lister has listed block 4 below block 5 of a chain of nine. */
class CrossCheckTest {
  private static final List<Block> CHAIN = TestBlocks.chain(9);
  private static final Block CHECKED = CHAIN.get(5);
  private static final Hash ANCHOR = CHAIN.get(9).hash();
  private static final PeerId LISTER = PeerId.of("lister");
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final PeerId C = PeerId.of("c");

  /** A question is late after three seconds, as long as no round trip is known. */
  private static final long LATE = 3 * DrivenCore.SECONDS;

  private static final long OVERDUE = 7 * DrivenCore.SECONDS;

  private final CoreState context =
      new CoreState(
          DownloaderLimits.DEFAULT.with(limits -> limits.crossCheckNanos = OVERDUE),
          Floor.at(CHAIN.get(0).id()),
          CHAIN.get(0).id(),
          Map.of(),
          Trust.ROOT_ONLY,
          new SplittableRandom(1));
  private CrossCheck check = checkOf(CHAIN.get(4).hash());

  private CrossCheck checkOf(Hash listed) {
    return new CrossCheck(context, TestSyncs.of(ANCHOR), LISTER, CHECKED.hash(), listed, false);
  }

  private void register(PeerId peer, PeerKind kind, Hash head) {
    context.peers.register(peer, kind, Head.of(head));
  }

  private void witness(PeerId peer) {
    register(peer, PeerKind.HASH, ANCHOR);
  }

  @BeforeEach
  void registerLister() {
    register(LISTER, PeerKind.HASH, ANCHOR);
  }

  /** What it asks at a time. */
  private List<Action.Ask> progressAt(long nanos) {
    context.nowNanos = nanos;
    check.progress(Set.of());
    return context.takeActions().stream().map(Action.Ask.class::cast).toList();
  }

  private Action.Ask askedAt(long nanos) {
    List<Action.Ask> asked = progressAt(nanos);
    assertEquals(1, asked.size(), asked::toString);
    return asked.get(0);
  }

  private Action.Ask asked(PeerId peer, long nanos) {
    Action.Ask ask = askedAt(nanos);
    assertEquals(peer, ask.peer());
    return ask;
  }

  private void assertNothingAskedAt(long nanos) {
    assertEquals(List.of(), progressAt(nanos));
    assertTrue(check.isOpen());
  }

  private void assertFailedAt(long nanos) {
    assertEquals(List.of(), progressAt(nanos));
    assertFalse(check.isOpen());
    assertFalse(check.hasPassed());
    assertEquals("no peer served block " + CHECKED.hash(), check.explanation());
  }

  private void answer(Action.Ask ask, Block... blocks) {
    context.complete(ask.peer(), ask.ticket(), blocks.length, 1);
    check.onBlocks(ask.peer(), ask.ticket(), List.of(blocks));
  }

  @Test
  void shouldAskAHashPeerForTheBlock() {
    witness(A);
    assertEquals(new Question.Blocks(List.of(CHECKED.hash())), asked(A, 0).question());
  }

  @Test
  void shouldAskAHeaderPeerForItsHeader() {
    register(A, PeerKind.HEADER, ANCHOR);
    Action.Ask ask = asked(A, 0);
    assertEquals(new Question.Headers(HeaderQuery.byHash(CHECKED.hash(), 1)), ask.question());
    assertEquals(0, context.peers.request(ask.ticket()).orElseThrow().bytes(), "it is small");
    check.onHeaders(A, ask.ticket(), List.of(CHECKED.header()));
    assertTrue(check.hasPassed());
  }

  @Test
  void shouldAskOnlyWitnessesThatAreKnownToBeOnTheChain() {
    register(A, PeerKind.HASH, Hash.ofLongs(7, 7, 7, 7));
    check.progress(Set.of(B));
    assertEquals(LISTER, ((Action.Ask) context.takeActions().get(0)).peer());
    check = checkOf(CHAIN.get(4).hash());
    check.progress(Set.of(A));
    assertEquals(A, ((Action.Ask) context.takeActions().get(0)).peer());
  }

  @Test
  void shouldPassWhenTheParentIsTheListedHash() {
    witness(A);
    Action.Ask ask = asked(A, 0);
    assertTrue(check.isOpen());
    answer(ask, CHAIN.get(6), CHECKED);
    assertFalse(check.isOpen());
    assertTrue(check.hasPassed());
  }

  @Test
  void shouldFailWhenTheParentIsAnotherHash() {
    check = checkOf(CHAIN.get(3).hash());
    witness(A);
    answer(asked(A, 0), CHECKED);
    assertFalse(check.isOpen());
    assertFalse(check.hasPassed());
    String why = check.explanation();
    assertTrue(
        why.contains("block " + CHECKED.hash() + " has parent " + CHECKED.parentHash()), why);
    assertTrue(why.contains(CHAIN.get(3).hash() + " was listed"), why);
  }

  @Test
  void shouldTakeNoAnswerToAnotherQuestion() {
    witness(A);
    Action.Ask ask = asked(A, 0);
    check.onBlocks(A, ask.ticket() + 1, List.of(CHECKED));
    check.onHeaders(A, ask.ticket() + 1, List.of(CHECKED.header()));
    assertTrue(check.isOpen());
    check.onBlocks(A, ask.ticket(), List.of(CHAIN.get(6)));
    assertTrue(check.isOpen(), "that is another block");
    check.onBlocks(A, ask.ticket(), List.of(CHECKED));
    assertTrue(check.isOpen(), "it has answered");
  }

  @Test
  void shouldAskTwoWitnessesBeforeTheLister() {
    witness(A);
    witness(B);
    witness(C);
    Set<PeerId> tried = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      Action.Ask ask = askedAt(0);
      tried.add(ask.peer());
      answer(ask);
    }
    assertFalse(tried.contains(LISTER));
    assertEquals(2, tried.size(), "each is asked once");
    asked(LISTER, 0);
  }

  @Test
  void shouldAskNoWitnessTwice() {
    witness(A);
    answer(asked(A, 0));
    asked(LISTER, 0);
  }

  @Test
  void shouldFailWhenTheListerDoesNotShowTheBlock() {
    answer(asked(LISTER, 0));
    assertFailedAt(0);
  }

  @Test
  void shouldFailWhenTheListerDoesNotShowTheHeader() {
    context.peers.unregister(LISTER);
    register(LISTER, PeerKind.HEADER, ANCHOR);
    Action.Ask ask = asked(LISTER, 0);
    context.complete(LISTER, ask.ticket(), 0, 1);
    check.onHeaders(LISTER, ask.ticket(), List.of());
    assertFailedAt(0);
  }

  @Test
  void shouldFailWhenNoPeerIsLeft() {
    context.peers.unregister(LISTER);
    assertFailedAt(0);
  }

  @Test
  void shouldWaitForAListerThatIsBusy() {
    context.ask(context.peers.peer(LISTER).orElseThrow(), new Question.Hashes(ANCHOR, 1));
    Action.Ask other = (Action.Ask) context.takeActions().get(0);
    assertNothingAskedAt(0);
    context.complete(LISTER, other.ticket(), 0, 1);
    asked(LISTER, 0);
  }

  @Test
  void shouldNotWaitForABusyListerThatHasAnswered() {
    answer(asked(LISTER, 0));
    context.ask(context.peers.peer(LISTER).orElseThrow(), new Question.Hashes(ANCHOR, 1));
    context.takeActions();
    assertFailedAt(0);
  }

  @Test
  void shouldAskTheNextPeerAsWellWhenOneIsLate() {
    witness(A);
    Action.Ask first = asked(A, 0);
    assertNothingAskedAt(LATE - 1);
    asked(LISTER, LATE);
    assertNothingAskedAt(LATE);
    answer(first, CHECKED);
    assertTrue(check.hasPassed(), "the late answer counts");
  }

  @Test
  void shouldAskASilentListerTwice() {
    asked(LISTER, 0);
    assertNothingAskedAt(OVERDUE - 1);
    asked(LISTER, OVERDUE);
    assertEquals(1, context.tally.timeouts);
    assertNothingAskedAt(2 * OVERDUE - 1);
    assertFailedAt(2 * OVERDUE);
    assertEquals(2, context.tally.timeouts);
    assertEquals(0, context.peers.inFlight());
  }

  @Test
  void shouldAskTheNextAtOnceWhenARequestIsClosed() {
    witness(A);
    witness(B);
    Action.Ask first = askedAt(0);
    assertNothingAskedAt(0);
    context.peers.expire(first.ticket(), 0);
    check.onOverdue(first.ticket());
    Action.Ask second = askedAt(0);
    assertNothingAskedAt(0);
    context.peers.unregister(second.peer());
    check.onPeerGone(second.peer());
    asked(LISTER, 0);
  }

  @Test
  void shouldTellWhenItIsDue() {
    assertEquals(Long.MAX_VALUE, check.nextDeadlineNanos());
    witness(A);
    Action.Ask first = asked(A, 1);
    assertEquals(1 + LATE, check.nextDeadlineNanos(), "it is late then");
    context.nowNanos = 1 + LATE;
    assertEquals(1 + OVERDUE, check.nextDeadlineNanos(), "it is overdue then");
    asked(LISTER, 1 + LATE);
    assertEquals(1 + 2 * LATE, check.nextDeadlineNanos(), "the lister is late then");
    context.nowNanos = 1 + 2 * LATE;
    assertEquals(1 + OVERDUE, check.nextDeadlineNanos(), "the first one is still overdue first");
    check.onOverdue(first.ticket());
    assertEquals(1 + LATE + OVERDUE, check.nextDeadlineNanos());
  }

  @Test
  void shouldTellWhoseLinkItChecks() {
    assertEquals(LISTER, check.lister());
    assertFalse(check.isLast());
    assertTrue(
        new CrossCheck(context, TestSyncs.of(ANCHOR), LISTER, ANCHOR, ANCHOR, true).isLast());
    assertEquals("", check.explanation());
  }
}
