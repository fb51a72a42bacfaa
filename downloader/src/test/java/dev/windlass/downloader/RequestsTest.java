package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.PeerKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What one part of the core has asked for, no other part asks for too. A chain of four blocks is
 * asked for at once, and a head waits for its turn after five milliseconds.
 */
class RequestsTest {
  private static final List<Block> CHAIN = TestBlocks.chain(4);
  private static final long CYCLE = 5 * DrivenCore.MILLIS;

  private final DrivenCore core =
      new DrivenCore(
          DrivenCore.LIMITS.with(limits -> limits.forcedCycleNanos = CYCLE),
          CHAIN.get(0),
          Map.of());

  private static Hash hash(int number) {
    return CHAIN.get(number).hash();
  }

  /** A peer that will announce its head. */
  private PeerId connect(String name, PeerKind kind) {
    return core.connect(name, kind, CHAIN.subList(0, 1));
  }

  /** Answers headers, whatever else is open. */
  private void walkHeaders(PeerId walker) {
    core.runStore();
    while (core.open(walker).question() instanceof Question.Headers) {
      core.answer(core.open(walker), CHAIN);
      core.runStore();
    }
  }

  private static List<Hash> blocks(Action.Ask ask) {
    return ask.question().blocks();
  }

  /** The blocks that were asked for whole, or whose bodies were, in order. */
  private List<Hash> asked() {
    List<Hash> all = new ArrayList<>();
    core.actions(Action.Ask.class).forEach(ask -> all.addAll(blocks(ask)));
    return all;
  }

  private void assertAskedOnce() {
    Set<Hash> once = new HashSet<>();
    assertEquals(List.of(), asked().stream().filter(hash -> !once.add(hash)).toList());
  }

  @Test
  void shouldNotFetchABlockAgainThatACrossCheckHasShown() {
    PeerId lister = connect("lister", PeerKind.HASH);
    core.announce(lister, CHAIN.get(4));

    core.answerAll(CHAIN);

    assertEquals(CHAIN.get(4).id(), core.tip());
    assertEquals(4, asked().size(), "one of them for the check");
    assertAskedOnce();
  }

  /** The numbers of the headers that a question by hash asks for. */
  private static List<Long> headers(Action.Ask ask) {
    List<Long> numbers = new ArrayList<>();
    if (ask.question() instanceof Question.Headers asked) {
      for (Block block : CHAIN) {
        boolean isTop = block.hash().equals(asked.query().from());
        for (int i = 0; isTop && i < asked.size(); i++) {
          numbers.add(block.number() - i);
        }
      }
    }
    return numbers;
  }

  @Test
  void shouldNotAskAPeerAgainForAHeaderThatItOwesACrossCheck() {
    // Shown blocks are too large to be kept.
    DownloaderLimits limits = DownloaderLimits.DEFAULT.with(small -> small.insertBytesMax = 64);
    DrivenCore wide = new DrivenCore(limits, CHAIN.get(0), Map.of());
    PeerId lister = wide.connect("lister", PeerKind.HASH, CHAIN.subList(0, 1));
    PeerId witness = wide.connect("witness", PeerKind.HEADER, CHAIN.subList(0, 3));
    wide.announce(lister, CHAIN.get(4));
    wide.answer(wide.open(lister), CHAIN);
    wide.runStore();
    Action.Ask owed = wide.open(witness);
    wide.passToDeadline();
    assertTrue(wide.isAsked(lister), "the witness is late");

    wide.answer(wide.open(lister), CHAIN);
    wide.runStore();

    assertTrue(wide.open().size() > 1, "the other headers and blocks are asked for");
    List<Long> owes = headers(owed);
    for (Action.Ask ask : wide.open()) {
      assertTrue(ask.equals(owed) || !headers(ask).containsAll(owes), () -> "again: " + ask);
    }
    wide.answerAll(CHAIN);
    assertEquals(CHAIN.get(4).id(), wide.tip());
  }

  @Test
  void shouldNotAskAPeerToShowAHeadWhoseBlockIsAwaited() {
    PeerId walker = connect("walker", PeerKind.HEADER);
    core.announce(walker, CHAIN.get(4));
    core.walkHeaders(CHAIN);
    assertTrue(blocks(core.open(walker)).contains(hash(3)));

    PeerId other = core.connect("other", PeerKind.HASH, CHAIN.subList(0, 4));
    core.pass(CYCLE);

    assertFalse(core.isAsked(other), "its head is on its way");
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(4).id(), core.tip());
    assertAskedOnce();
  }

  @Test
  void shouldNotFetchTheBlockOfAHeadThatAPeerIsShowing() {
    PeerId walker = connect("walker", PeerKind.HEADER);
    PeerId other = core.connect("other", PeerKind.HASH, CHAIN.subList(0, 4));
    core.announce(walker, CHAIN.get(4));
    core.pass(CYCLE);
    assertEquals(List.of(hash(3)), blocks(core.open(other)));

    walkHeaders(walker);
    assertEquals(List.of(hash(1), hash(2), hash(4)), blocks(core.open(walker)));
    core.answer(core.open(other), CHAIN);
    core.answer(core.open(walker), CHAIN);
    core.runStore();

    assertEquals(CHAIN.get(4).id(), core.tip());
    assertAskedOnce();
  }

  @Test
  void shouldWaitForThePeerItselfToShowItsHead() {
    PeerId walker = connect("walker", PeerKind.HEADER);
    PeerId other = core.connect("other", PeerKind.HASH, CHAIN.subList(0, 4));
    core.announce(walker, CHAIN.get(4));
    core.pass(CYCLE);
    Action.Ask shows = core.open(other);
    Question.Blocks question = (Question.Blocks) shows.question();

    core.tell(
        c -> c.onDelivery(walker, shows.ticket(), question, question.judge(List.of()), core.now()));

    assertEquals(1, core.core().holdings().openSearchQuestions(), "the walker was not asked");
    core.answer(shows, CHAIN);
    assertEquals(0, core.core().holdings().openSearchQuestions());
  }

  /** The sync would wait for ever if the peer that shows its head stayed silent. */
  @Test
  void shouldFetchTheBlockOfAHeadIfThePeerThatShowsItIsLate() {
    PeerId walker = connect("walker", PeerKind.HEADER);
    core.connect("other", PeerKind.HASH, CHAIN.subList(0, 4));
    core.announce(walker, CHAIN.get(4));
    core.pass(CYCLE);
    walkHeaders(walker);
    core.answer(core.open(walker), CHAIN);
    core.runStore();
    assertFalse(core.isAsked(walker), "block 3 is awaited");

    core.passToDeadline();

    assertEquals(List.of(hash(3)), blocks(core.open(walker)));
    core.answer(core.open(walker), CHAIN);
    core.runStore();
    assertEquals(CHAIN.get(4).id(), core.tip());
  }

  /** What btcd's notfound says, an answer says by leaving the block out. */
  @Test
  void shouldAskAnotherPeerAtOnceForWhatAPeerLacks() {
    PeerId first = core.connect("first", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(4));
    core.walkHeaders(CHAIN);
    PeerId second = core.connect("second", PeerKind.HEADER, CHAIN);
    assertFalse(core.isAsked(second));
    Action.Ask ask = core.open(first);

    core.reply(ask, List.of());

    assertTrue(blocks(core.open(second)).contains(hash(1)), "at once, elsewhere");
    assertFalse(core.isAsked(first) && blocks(core.open(first)).contains(hash(1)));
    assertEquals(0, core.now());
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(4).id(), core.tip());
  }

  private void syncAgain() {
    core.tell(c -> c.onCancel(core.now()));
    core.sync(CHAIN.get(4));
  }

  private long questionsTo(PeerId peer) {
    return core.actions(Action.Ask.class).stream().filter(ask -> ask.peer().equals(peer)).count();
  }

  /** btcd's filter of equal questions had no end, so that a node could wait for ever. */
  @Test
  void shouldSendAnEqualQuestionAgainOnceTheEmptyAnswerHasExpired() {
    PeerId peer = connect("a", PeerKind.HEADER);
    core.sync(CHAIN.get(4));
    core.reply(core.open(peer), List.of());
    syncAgain();
    assertFalse(core.isAsked(peer), "it has just answered that with nothing");

    while (!core.isAsked(peer)) {
      core.passToDeadline();
      core.runStore();
    }

    assertEquals(5 * DrivenCore.SECONDS, core.now());
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(4).id(), core.tip());
  }

  @Test
  void shouldSendAnEqualQuestionAgainAtOnceToAPeerThatAnnouncesAHead() {
    PeerId peer = connect("a", PeerKind.HEADER);
    core.sync(CHAIN.get(4));
    core.reply(core.open(peer), List.of());
    syncAgain();
    assertFalse(core.isAsked(peer));

    core.announce(peer, CHAIN.get(4));

    assertTrue(core.isAsked(peer), "it may have the block by now");
  }

  @Test
  void shouldNotSendAnEqualQuestionWhileTheFirstIsOpen() {
    PeerId peer = connect("a", PeerKind.HEADER);
    core.sync(CHAIN.get(4));
    Action.Ask first = core.open(peer);
    syncAgain();
    assertEquals(1, questionsTo(peer));

    core.answer(first, CHAIN);

    assertEquals(2, questionsTo(peer), "the answer was for the sync before");
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(4).id(), core.tip());
  }

  @Test
  void shouldSendAnEqualQuestionAgainWhenTheFirstIsOverdue() {
    PeerId peer = connect("a", PeerKind.HEADER);
    core.sync(CHAIN.get(4));
    syncAgain();
    assertEquals(1, questionsTo(peer));

    core.passToDeadline();

    assertEquals(2, questionsTo(peer));
    assertEquals(DrivenCore.LIMITS.peers().hashTimeoutNanos(), core.now());
  }

  /** A pruned peer was asked for the same bodies by each sync. */
  @Test
  void shouldNotAskForABlockInTheNextSyncThatAPeerHasJustLacked() {
    PeerId peer = connect("a", PeerKind.HEADER);
    core.sync(CHAIN.get(4));
    core.walkHeaders(CHAIN);
    core.reply(core.open(peer), List.of());
    Action.Ask rest = core.open(peer);
    assertEquals(List.of(hash(2), hash(3), hash(4)), blocks(rest));
    syncAgain();
    assertEquals(List.of(rest), core.open(), "it owes these, and has just lacked the first");

    core.answer(rest, CHAIN);
    core.runStore();
    assertEquals(CHAIN.get(4).id(), core.tip());
    assertEquals(new Action.BlocksUnserved(1, 1), core.actions(Action.BlocksUnserved.class).get(0));
    assertEquals(List.of(), core.open(), "the others are not fetched again");
  }

  /** Found by a seed: a hash peer was asked again in the cross-check of the next sync. */
  @Test
  void shouldNotAskForACrossCheckWhatAHashPeerHasJustLacked() {
    PeerId first = connect("a", PeerKind.HASH);
    PeerId next = connect("b", PeerKind.HASH);
    PeerId witness = connect("c", PeerKind.HASH);
    core.announce(first, CHAIN.get(4));
    core.announce(witness, CHAIN.get(4));
    answerHashesAndLackBlocks();
    core.announce(next, CHAIN.get(4));
    answerHashesAndLackBlocks();

    assertEquals(2, core.actions(Action.SyncStarted.class).size());
    assertEquals(0, core.now(), "no answer has expired");
    long asked =
        core.actions(Action.Ask.class).stream()
            .filter(ask -> ask.peer().equals(witness) && !blocks(ask).isEmpty())
            .count();
    assertEquals(1, asked);
  }

  private void answerHashesAndLackBlocks() {
    core.runStore();
    while (!core.open().isEmpty()) {
      Action.Ask ask = core.open().get(0);
      if (ask.question() instanceof Question.Hashes) {
        core.answer(ask, CHAIN);
      } else {
        core.reply(ask, List.of());
      }
      core.runStore();
    }
  }
}
