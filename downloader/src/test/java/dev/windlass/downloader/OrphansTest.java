package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.downloader.links.RunCheck;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.PeerKind;
import dev.windlass.store.MemoryBlockStore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Announced blocks whose parents are missing. The numbered steps are those of Bitcoin Core's
 * p2p_unrequested_blocks, on a tip of 20.
 */
class OrphansTest {
  private static final int TIP = 20;
  private static final List<Block> CHAIN = TestBlocks.chain(80);
  private static final List<Block> FORK = TestBlocks.fork(CHAIN, 18, 9);
  private static final List<Block> HEAVY = TestBlocks.fork(CHAIN, 18, 4, 8, 1_000_000);

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.get(0));
  private DrivenCore driven = core(RunCheck.NOTHING_MORE);
  private final PeerId peer = driven.connect("a", PeerKind.HEADER, CHAIN.subList(0, TIP + 1));

  private DrivenCore core(RunCheck check) {
    store.insert(CHAIN.subList(1, TIP + 1), true);
    return new DrivenCore(DrivenCore.LIMITS, store, Map.of(), new Trust(List.of(), check));
  }

  private static Announcement said(PeerId by, Block block) {
    return Announcement.ofPeer(by, Head.of(block, BigInteger.valueOf(1_000 + block.number())));
  }

  private void send(PeerId by, Block... blocks) {
    for (Block block : blocks) {
      driven.tell(c -> c.onBlockAnnounced(said(by, block), block, driven.now()));
    }
    driven.runStore();
  }

  /** The numbers of the bodies that were asked for, in order. */
  private List<Long> bodies() {
    List<Long> numbers = new ArrayList<>();
    for (Action.Ask ask : driven.actions(Action.Ask.class)) {
      if (ask.question() instanceof Question.Bodies bodies) {
        bodies.headers().stream().map(BlockHeader::number).forEach(numbers::add);
      }
    }
    return numbers;
  }

  private int held() {
    return driven.core().snapshot(driven.now()).announced().blocks();
  }

  private boolean isStored(Block block) {
    return store.known(block.hash()).isPresent();
  }

  @Test
  void shouldAdvanceByABlockOnTheTipAndIgnoreThatOfAnUntrustedPeer() {
    PeerId untrusted = PeerId.of("untrusted");
    driven.tell(
        c ->
            c.onUntrustedPeer(
                untrusted, PeerKind.HEADER, said(untrusted, CHAIN.get(TIP)), driven.now()));
    send(untrusted, CHAIN.get(21));
    assertEquals(TIP, driven.tip().number(), "step 2, the second node");

    send(peer, CHAIN.get(21));

    assertEquals(CHAIN.get(21).id(), driven.tip(), "step 2, the first node");
  }

  @Test
  void shouldHoldABlockOfAWorseBranchWithoutStoringIt() {
    send(peer, FORK.get(19));
    send(peer, FORK.get(20));

    assertEquals(CHAIN.get(TIP).id(), driven.tip(), "step 3");
    assertTrue(driven.open().isEmpty());
    assertTrue(!isStored(FORK.get(19)) && !isStored(FORK.get(20)));
    assertEquals(2, held());

    send(peer, FORK.get(19));
    assertEquals(2, held(), "step 5, a duplicate");
    assertTrue(driven.open().isEmpty());
  }

  @Test
  void shouldFetchOnlyTheBlockThatIsMissingBelowTheRoot() {
    send(peer, FORK.get(19));
    send(peer, FORK.get(22), FORK.get(21));
    assertEquals(CHAIN.get(TIP).id(), driven.tip(), "step 4, a block is missing");

    driven.answerAll(FORK.subList(0, 23));

    assertEquals(FORK.get(22).id(), driven.tip(), "step 7");
    assertEquals(List.of(20L), bodies(), "step 6");
    assertEquals(0, held());
    assertEquals(List.of(), driven.actions(Action.DropPeer.class));
  }

  @Test
  void shouldHoldNothingThatIsTooFarAhead() {
    Block last = CHAIN.get(TIP + AnnouncedBlocks.ABOVE_MAX);
    Block beyond = CHAIN.get(TIP + AnnouncedBlocks.ABOVE_MAX + 1);
    together(() -> send(peer, CHAIN.get(22), last, beyond));
    assertEquals(2, held(), "step 4, blocks ahead");

    driven.answerAll(CHAIN);

    assertEquals(beyond.id(), driven.tip(), "a head claim remains");
    assertTrue(bodies().contains(beyond.number()));
    assertTrue(!bodies().contains(last.number()));
  }

  @Test
  void shouldConnectWhenTheMissingBlockIsSentToo() {
    send(peer, CHAIN.get(23), CHAIN.get(22));
    assertEquals(2, held());
    PeerId other = driven.connect("b", PeerKind.HEADER, CHAIN.subList(0, TIP + 1));
    send(other, CHAIN.get(21));
    driven.answerAll(CHAIN.subList(0, 24));
    assertEquals(CHAIN.get(23).id(), driven.tip(), "step 7");
    assertEquals(0, held());
  }

  @Test
  void shouldDropThePeerThatSentAnInvalidBlockOnly() {
    List<Block> branch = TestBlocks.fork(CHAIN, TIP, 6);
    Block invalid = branch.get(21);
    driven =
        core(
            (chain, run) ->
                run.stream()
                    .filter(invalid::equals)
                    .findFirst()
                    .map(bad -> new BlockBreach(bad.id(), new Breach("gas", "too much"))));
    driven.connect("a", PeerKind.HEADER, CHAIN.subList(0, TIP + 1));
    PeerId liar = driven.connect("liar", PeerKind.HEADER, CHAIN.subList(0, TIP + 1));
    together(
        () -> {
          send(peer, CHAIN.get(21));
          send(liar, invalid);
        });

    assertEquals(CHAIN.get(21).id(), driven.tip());
    assertEquals(
        List.of(liar),
        driven.actions(Action.DropPeer.class).stream().map(Action.DropPeer::peer).toList(),
        "step 8");
    assertTrue(driven.core().bans().containsKey(invalid.hash()));

    PeerId follower = driven.connect("c", PeerKind.HEADER, CHAIN.subList(0, TIP + 1));
    send(follower, branch.get(22));
    driven.answerAll(branch.subList(0, 23));
    assertEquals(
        List.of(liar, follower),
        driven.actions(Action.DropPeer.class).stream().map(Action.DropPeer::peer).toList(),
        "step 8, a header on it");
  }

  @Test
  void shouldSyncAFreshNodeFromThePeer() {
    driven = new DrivenCore(CHAIN.get(0));
    PeerId only = driven.connect("a", PeerKind.HEADER, CHAIN.subList(0, 30));
    send(only, CHAIN.get(30));
    driven.answerAll(CHAIN.subList(0, 31));
    assertEquals(CHAIN.get(30).id(), driven.tip(), "step 9");
    assertEquals(29, bodies().size());
  }

  /** The blocks of a side branch whose parent is stored need no question. */
  @Test
  void shouldFollowASentBranchThatBecomesBetterWithoutAQuestion() {
    for (int number = 19; number <= 22; number++) {
      send(peer, FORK.get(number));
    }
    assertEquals(FORK.get(22).id(), driven.tip());
    assertEquals(List.of(), driven.actions(Action.Ask.class));
    assertEquals(0, held());
  }

  /** The heavier branch ends in its head, though the head is not higher. */
  @Test
  void shouldReplaceTheTipByAHeavierBranchOfTheSameHeight() {
    send(peer, CHAIN.get(21));
    assertEquals(CHAIN.get(21).id(), driven.tip());
    Block head = HEAVY.get(21);
    send(peer, HEAVY.get(19), HEAVY.get(20));
    driven.tell(
        c ->
            c.onBlockAnnounced(
                Announcement.ofPeer(peer, Head.of(head, BigInteger.valueOf(9_000))),
                head,
                driven.now()));
    driven.runStore();
    assertEquals(head.id(), driven.tip());
    assertEquals(List.of(), driven.actions(Action.Ask.class));
  }

  /** The weight of a tip that came whole is known, though its sender has claimed another since. */
  @Test
  void shouldFollowAHeavierBranchAfterAnnouncedBlocksWereStored() {
    together(
        () -> {
          send(peer, CHAIN.get(21), CHAIN.get(22));
          driven.tell(
              c ->
                  c.onAnnouncement(
                      Announcement.ofPeer(
                          peer,
                          new Head(
                              HEAVY.get(22).hash(), 22, Optional.of(BigInteger.valueOf(2_000)))),
                      driven.now()));
        });
    driven.answerAll(HEAVY.subList(0, 23));
    assertEquals(HEAVY.get(22).id(), driven.tip());
  }

  @Test
  void shouldConnectBothBranchesOfTheTip() {
    List<Block> other = TestBlocks.fork(CHAIN, TIP, 6);
    together(
        () ->
            send(peer, other.get(22), CHAIN.get(23), CHAIN.get(21), other.get(21), CHAIN.get(22)));
    assertEquals(CHAIN.get(23).id(), driven.tip());
    assertTrue(isStored(other.get(22)), "beside the chain");
    assertEquals(List.of(), driven.actions(Action.Ask.class));
    assertEquals(1, driven.actions(Action.SyncDone.class).size());
  }

  @Test
  void shouldConnectToTheHeaviestBranchOfTheTipThoughAnotherIsHigher() {
    List<Block> heavy = TestBlocks.fork(CHAIN, TIP, 1, 6, 1_000_000);
    together(() -> send(peer, CHAIN.get(21), heavy.get(21), CHAIN.get(22), CHAIN.get(23)));
    assertEquals(heavy.get(21).id(), driven.tip());
    assertTrue(isStored(CHAIN.get(23)), "beside the chain");
    assertEquals(
        heavy.get(21).hash(), driven.actions(Action.SyncDone.class).get(0).summary().anchor());
  }

  /** All of it happens while no sync may start. */
  private void together(Runnable announcements) {
    driven.tell(c -> c.onPause(driven.now() + DrivenCore.SECONDS, driven.now()));
    announcements.run();
    driven.tell(c -> c.onResume(driven.now()));
    driven.runStore();
  }

  @Test
  void shouldNotAskAgainForAnAnnouncedBlockInTheMiddleOfASync() {
    send(peer, CHAIN.get(23), CHAIN.get(25));
    driven.announce(peer, CHAIN.get(27));
    driven.answerAll(CHAIN.subList(0, 28));
    assertEquals(CHAIN.get(27).id(), driven.tip());
    assertTrue(!bodies().contains(23L) && !bodies().contains(25L), () -> bodies().toString());
    assertEquals(0, held());
  }

  @Test
  void shouldForgetAnOrphanAfterAnHour() {
    send(peer, FORK.get(19));
    assertEquals(1, held());
    assertEquals(driven.now() + AnnouncedBlocks.EXPIRY_NANOS, driven.core().nextDeadlineNanos());
    driven.passToDeadline();
    assertEquals(0, held());
  }

  /** A parent sync that fails backs off with the head that it was for. */
  @Test
  void shouldNotRepeatAParentSyncAtOnce() {
    Block orphan = TestBlocks.linked(25, Hash.ofLongs(1, 2, 3, 4), 1).get(0);
    send(peer, orphan);
    Action.Ask ask = driven.open(peer);
    driven.reply(ask, List.of());
    assertEquals(1, driven.actions(Action.SyncFailed.class).size());
    assertTrue(driven.open().isEmpty());
    assertEquals(List.of(), driven.actions(Action.BanPeer.class));
    assertEquals(List.of(), driven.actions(Action.DropPeer.class), "it may lack the parent");
    driven.passToDeadline();
    driven.runStore();
    assertEquals(1, driven.open().size(), "after a back-off it is tried again");
    assertTrue(driven.now() >= 10 * DrivenCore.SECONDS);
  }

  /** btcd's TestHaveBlock: what is there is not asked for. */
  @Test
  void shouldNotAskForABlockThatItHas() {
    store.insert(List.of(FORK.get(19)), false);
    announce(CHAIN.get(15));
    announce(FORK.get(19));
    assertEquals(List.of(), driven.actions(Action.Ask.class), "main and side branch");

    send(peer, CHAIN.get(22));
    driven.answerAll(CHAIN.subList(0, 23));
    assertEquals(List.of(21L), bodies(), "an orphan is there, and its parent is unknown");

    announce(CHAIN.get(24));
    driven.walkHeaders(CHAIN.subList(0, 25));
    driven.tell(c -> c.onCancel(driven.now()));
    driven.pass(60 * DrivenCore.SECONDS);
    driven.answerAll(CHAIN.subList(0, 25));
    assertEquals(CHAIN.get(24).id(), driven.tip());
    assertTrue(bodies().containsAll(List.of(23L, 24L)), "a header alone is not the block");
  }

  /**
   * btcd's TestMaybeAcceptBlockReusesHeaderNode: the headers of a walk are used when the blocks
   * come, also after a restart, and none of them is asked for again.
   */
  @Test
  void shouldUseTheHeadersOfAWalkWhenTheBlocksCome() {
    announce(CHAIN.get(30));
    driven.walkHeaders(CHAIN);
    assertTrue(!isStored(CHAIN.get(30)), "there are headers only");
    DrivenCore restarted = new DrivenCore(DrivenCore.LIMITS, store, Map.of(), new Trust(List.of()));
    PeerId again = restarted.connect("a", PeerKind.HEADER, CHAIN.subList(0, TIP + 1));
    Block first = CHAIN.get(21);
    restarted.tell(c -> c.onBlockAnnounced(said(again, first), first, restarted.now()));
    restarted.runStore();
    assertEquals(first.id(), restarted.tip(), "a whole block");
    restarted.announce(again, CHAIN.get(30));
    restarted.answerAll(CHAIN);
    assertEquals(CHAIN.get(30).id(), restarted.tip());
    List<Long> bodies = new ArrayList<>();
    for (Action.Ask ask : restarted.actions(Action.Ask.class)) {
      Question.Bodies question = (Question.Bodies) ask.question();
      question.headers().forEach(header -> bodies.add(header.number()));
    }
    assertEquals(List.of(22L, 23L, 24L, 25L, 26L, 27L, 28L, 29L, 30L), bodies);
  }

  /** A peer announces a head by its hash, as a hash peer does. */
  private void announce(Block head) {
    driven.tell(
        c -> c.onAnnouncement(Announcement.ofPeer(peer, Head.of(head.hash())), driven.now()));
    driven.runStore();
  }

  @Test
  void shouldInsertInRunsThatAreLinked() {
    List<Block> other = TestBlocks.fork(CHAIN, 23, 6);
    together(
        () ->
            send(peer, CHAIN.get(22), other.get(24), CHAIN.get(24), CHAIN.get(23), CHAIN.get(21)));
    assertEquals(
        List.of(
            List.of(CHAIN.get(21), CHAIN.get(22), CHAIN.get(23), other.get(24)),
            List.of(CHAIN.get(24))),
        driven.jobs(StoreJob.Insert.class).stream().map(StoreJob.Insert::run).toList());
    assertEquals(other.get(24).id(), driven.tip(), "the first of the same height");
  }
}
