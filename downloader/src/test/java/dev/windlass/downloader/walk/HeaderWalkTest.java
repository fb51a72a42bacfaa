package dev.windlass.downloader.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.DrivenCore;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.PeerKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A chain of twelve headers, which are asked for six at a time. */
class HeaderWalkTest {
  private static final List<Block> CHAIN = TestBlocks.chain(12);
  private static final List<Block> FORK = TestBlocks.fork(CHAIN, 2, 7);

  private final DrivenCore core = new DrivenCore(CHAIN.get(0));
  private PeerId a;
  private PeerId b;
  private Action.Ask upper;
  private Action.Ask lower;

  @BeforeEach
  void startSync() {
    a = core.connect("a", PeerKind.HEADER, CHAIN);
    b = core.connect("b", PeerKind.HEADER, CHAIN);
    core.connect("c", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(12));
  }

  private HeaderQuery asked(PeerId peer) {
    return askedOf(core, peer);
  }

  /** Both peers that were asked answer with the anchor's header. */
  private void answerAnchor() {
    core.answer(core.open(a), CHAIN);
    core.answer(core.open(b), CHAIN);
    upper = ask(HeaderQuery.byNumber(11, 6));
    lower = ask(HeaderQuery.byNumber(5, 5));
  }

  private Action.Ask ask(HeaderQuery query) {
    List<Action.Ask> asked =
        core.open().stream()
            .filter(ask -> ask.question().equals(new Question.Headers(query)))
            .toList();
    assertEquals(1, asked.size(), () -> query + " among " + core.open());
    return asked.get(0);
  }

  /** The numbers of the headers that the store was given, in order. */
  private List<Long> appended() {
    core.runStore();
    return core.jobs(StoreJob.AppendHeaders.class).stream()
        .flatMap(job -> job.newestFirst().stream())
        .map(BlockHeader::number)
        .toList();
  }

  private static List<Long> downFrom(long top, long bottom) {
    List<Long> numbers = new ArrayList<>();
    for (long number = top; number >= bottom; number--) {
      numbers.add(number);
    }
    return numbers;
  }

  @Test
  void shouldAskTwoPeersForTheAnchorAndNothingElseBeforeItHasCome() {
    HeaderQuery anchor = HeaderQuery.byHash(CHAIN.get(12).hash(), 1);
    assertEquals(anchor, asked(a));
    assertEquals(anchor, asked(b));
    assertEquals(2, core.open().size());
  }

  @Test
  void shouldAskForSpansByNumberOnceTheAnchorIsThere() {
    answerAnchor();
    assertEquals(2, core.open().size(), "all headers down to the root are asked for, once");
  }

  @Test
  void shouldLinkALowerSpanOnlyWhenTheOneAboveHasCome() {
    answerAnchor();
    core.answer(lower, CHAIN);
    assertEquals(List.of(12L), appended());
    core.answer(upper, CHAIN);
    assertEquals(downFrom(12, 1), appended());
  }

  @Test
  void shouldAskAPeerByHashWhenItsSpanDoesNotMeetTheOneAbove() {
    DrivenCore alone = new DrivenCore(CHAIN.get(0));
    PeerId peer = alone.connect("d", PeerKind.HEADER, CHAIN);
    alone.sync(CHAIN.get(12));
    alone.answer(alone.open(peer), CHAIN);
    alone.answer(alone.open(peer), FORK);
    assertEquals(
        new Question.Headers(new HeaderQuery(CHAIN.get(11).hash(), 11, 6)),
        alone.open(peer).question());
    assertEquals(List.of(), alone.actions(Action.BanPeer.class), "it may be on another fork");
    alone.runStore();
    assertEquals(1, alone.jobs(StoreJob.AppendHeaders.class).size(), "only the anchor is linked");
  }

  @Test
  void shouldBanAPeerWhoseSpanCannotBeDecoded() {
    answerAnchor();
    core.reply(upper, List.of(new byte[] {1}));
    assertEquals(upper.peer(), core.action(Action.BanPeer.class).peer());
    assertEquals(Offence.FABRICATED, core.action(Action.BanPeer.class).offence());
    core.answerAll(CHAIN);
    assertEquals(downFrom(12, 1), appended());
  }

  @Test
  void shouldLinkNothingOfASpanBelowTheHeaderThatIsNotLinked() {
    answerAnchor();
    List<byte[]> spliced = new ArrayList<>();
    for (int number = 11; number >= 6; number--) {
      spliced.add((number > 8 ? CHAIN : FORK).get(number).header().raw());
    }
    core.reply(upper, spliced);
    assertEquals(downFrom(12, 9), appended());
    core.answerAll(CHAIN);
    assertEquals(downFrom(12, 1), appended());
  }

  @Test
  void shouldAskAnotherPeerForTheTopmostSpanWhenItIsLate() {
    answerAnchor();
    core.answer(lower, CHAIN);
    core.passToDeadline();
    List<Action.Ask> open = core.open();
    assertEquals(upper, open.get(0), "it is waited for all the same");
    assertEquals(2, open.size(), open::toString);
    assertEquals(new Question.Headers(HeaderQuery.byNumber(11, 6)), open.get(1).question());
    assertNotEquals(upper.peer(), open.get(1).peer());
  }

  @Test
  void shouldBanAPeerWhenItsThirdSpanIsNotLinked() {
    DrivenCore alone = new DrivenCore(CHAIN.get(0));
    PeerId peer = alone.connect("d", PeerKind.HEADER, CHAIN);
    alone.sync(CHAIN.get(12));
    alone.answer(alone.open(peer), CHAIN);
    for (int top = 11; top >= 9; top--) {
      assertEquals(List.of(), alone.actions(Action.BanPeer.class));
      byte[] linked = CHAIN.get(top).header().raw();
      byte[] other = FORK.get(top - 1).header().raw();
      alone.reply(alone.open(peer), List.of(linked, other));
    }
    assertEquals(Offence.UNLINKED, alone.action(Action.BanPeer.class).offence());
  }

  /** As hardhat_mine makes them. */
  private static List<Block> withoutAParentAt6() {
    List<Block> broken = new ArrayList<>(CHAIN.subList(0, 6));
    broken.add(new TestBlock().number(6).parent(Hash.ZERO).block());
    while (broken.size() <= 12) {
      broken.add(TestBlock.after(broken.get(broken.size() - 1)).block());
    }
    return broken;
  }

  @Test
  void shouldEndASyncForGoodAtABlockWithoutAParent() {
    List<Block> broken = withoutAParentAt6();
    DrivenCore alone = new DrivenCore(CHAIN.get(0));
    alone.connect("d", PeerKind.HEADER, broken);
    alone.sync(broken.get(12));
    alone.walkHeaders(broken);
    Action.SyncFailed failed = alone.action(Action.SyncFailed.class);
    assertEquals(SyncError.INVALID_CHAIN, failed.error());
    assertEquals(
        "the chain comes down to block 6 without a parent, but "
            + CHAIN.get(0).id()
            + " is trusted",
        failed.explanation());
    assertEquals(List.of(), alone.open());
  }

  @Test
  void shouldTryTheNextHeadOfAPeerWhoseChainHadABlockWithoutAParent() {
    DrivenCore alone = new DrivenCore(CHAIN.get(0));
    PeerId peer = failAtABlockWithoutAParent(alone);
    assertEquals(List.of(), alone.actions(Action.DropPeer.class));
    Block next = TestBlock.after(CHAIN.get(12)).block();
    alone.announce(peer, next);
    alone.passToDeadline();
    alone.runStore();
    assertEquals(HeaderQuery.byHash(next.hash(), 1), askedOf(alone, peer));
    assertTrue(alone.now() < DownloaderLimits.DEFAULT.reelectionNanos());
  }

  @Test
  void shouldNotTryAHeadAgainThatCanNeverBeSynced() {
    DrivenCore alone = new DrivenCore(CHAIN.get(0));
    failAtABlockWithoutAParent(alone);
    alone.pass(DownloaderLimits.DEFAULT.coolDownNanos());
    alone.runStore();
    assertEquals(List.of(), alone.open());
  }

  private static PeerId failAtABlockWithoutAParent(DrivenCore core) {
    List<Block> broken = withoutAParentAt6();
    PeerId peer = core.connect("d", PeerKind.HEADER, broken);
    core.passToDeadline();
    core.walkHeaders(broken);
    core.action(Action.SyncFailed.class);
    return peer;
  }

  private static HeaderQuery askedOf(DrivenCore core, PeerId peer) {
    return core.question(peer, Question.Headers.class).query();
  }

  @Test
  void shouldRefuseAnAnchorWhoseHeadersDoNotComeDownToTheRoot() {
    DrivenCore elsewhere = new DrivenCore(FORK.get(4));
    elsewhere.connect("d", PeerKind.HEADER, CHAIN);
    elsewhere.sync(CHAIN.get(12));
    elsewhere.walkHeaders(CHAIN);
    assertEquals(SyncError.INVALID_CHAIN, elsewhere.action(Action.SyncFailed.class).error());
    assertEquals(CHAIN.get(12).hash(), elsewhere.action(Action.RefuseHead.class).head());
    assertEquals(FORK.get(4).id(), elsewhere.tip());
  }
}
