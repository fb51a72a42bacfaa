package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A chain of twelve blocks whose headers are stored; four blocks are asked for at a time. */
class BlockFetchTest {
  private static final List<Block> CHAIN = TestBlocks.chain(12);

  private final DrivenCore core = new DrivenCore(CHAIN.get(0));
  private PeerId walker;

  @BeforeEach
  void walkHeaders() {
    walker = core.connect("walker", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(12));
    core.walkHeaders(CHAIN);
    assertEquals(List.of(1L, 2L, 3L, 4L), bodies(walker));
  }

  /** The numbers of the blocks whose bodies a peer is asked for. */
  private List<Long> bodies(PeerId peer) {
    return numbers(core.open(peer));
  }

  private static List<Long> numbers(Action.Ask ask) {
    return ((Question.Bodies) ask.question()).headers().stream().map(BlockHeader::number).toList();
  }

  private static List<Hash> hashes(int from, int to) {
    return CHAIN.subList(from, to + 1).stream().map(Block::hash).toList();
  }

  /** What the store was given to insert: the first and the last number of each run. */
  private List<List<Long>> inserted() {
    return core.jobs(StoreJob.Insert.class).stream()
        .map(
            job -> List.of(job.run().get(0).number(), job.run().get(job.run().size() - 1).number()))
        .toList();
  }

  @Test
  void shouldAskEachKindOfPeerForWhatItServesOldestFirst() {
    PeerId whole = core.connect("whole", PeerKind.HASH, CHAIN);
    PeerId other = core.connect("other", PeerKind.HEADER, CHAIN);
    assertEquals(hashes(5, 8), core.question(whole, Question.Blocks.class).hashes());
    assertEquals(List.of(9L, 10L, 11L, 12L), bodies(other));
    PeerId late = core.connect("late", PeerKind.HEADER, CHAIN);
    assertFalse(core.isAsked(late), "each block is asked for once");
  }

  @Test
  void shouldInsertARunOnlyWhenTheBlocksBelowHaveCome() {
    PeerId whole = core.connect("whole", PeerKind.HASH, CHAIN);
    core.answer(core.open(whole), CHAIN);
    assertEquals(List.of(), inserted());
    assertEquals(4, core.core().holdings().bufferedBlocks());
    core.answer(core.open(walker), CHAIN);
    assertEquals(List.of(List.of(1L, 8L)), inserted());
  }

  @Test
  void shouldGiveWhatALeavingPeerOwesToAnother() {
    PeerId other = core.connect("other", PeerKind.HEADER, CHAIN);
    core.answer(core.open(other), CHAIN);
    core.tell(c -> c.onPeerGone(walker, core.now()));
    core.answer(core.open(other), CHAIN);
    assertEquals(List.of(1L, 2L, 3L, 4L), bodies(other));
  }

  @Test
  void shouldAskASecondPeerForTheLowestBlocksWhenTheyAreLate() {
    PeerId other = core.connect("other", PeerKind.HEADER, CHAIN);
    core.answer(core.open(other), CHAIN);
    core.answer(core.open(other), CHAIN);
    assertFalse(core.isAsked(other), "nothing is wanted, and nothing is late");
    core.passToDeadline();
    assertEquals(List.of(1L, 2L, 3L, 4L), bodies(other));
    core.answer(core.open(other), CHAIN);
    assertEquals(List.of(List.of(1L, 12L)), inserted());
    core.answer(core.open(walker), CHAIN);
    assertEquals(List.of(), core.actions(Action.DropPeer.class));
    assertEquals(1, inserted().size());
  }

  @Test
  void shouldBanAPeerWhoseBodiesBelongToNoHeaderAndAskAnother() {
    core.reply(core.open(walker), List.of(new byte[] {(byte) 0xc1, (byte) 0xc0}));
    assertEquals(Offence.FABRICATED, core.action(Action.BanPeer.class).offence());
    core.connect("other", PeerKind.HEADER, CHAIN);
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(12).id(), core.tip());
  }

  @Test
  void shouldPassOverBlocksThatNoPeerServes() {
    while (core.actions(Action.SyncDone.class).isEmpty()) {
      Action.Ask ask = core.open().get(0);
      boolean isServed = numbers(ask).get(0) >= 9;
      if (isServed) {
        core.answer(ask, CHAIN);
      } else {
        core.reply(ask, List.of());
      }
      core.runStore();
    }
    StoreJob.Skip skip = core.jobs(StoreJob.Skip.class).get(0);
    assertEquals(List.of(1L, 8L), List.of(skip.from(), skip.to()));
    assertEquals(new Action.BlocksUnserved(1, 8), core.action(Action.BlocksUnserved.class));
    assertEquals(9, inserted().get(0).get(0));
    assertEquals(CHAIN.get(12).id(), core.tip());
    assertEquals(List.of(), core.actions(Action.DropPeer.class), "it is no blame");
  }

  @Test
  void shouldFailWithoutBlameWhenNoBlockIsServed() {
    while (!core.open().isEmpty()) {
      core.reply(core.open().get(0), List.of());
      core.runStore();
    }
    assertEquals(SyncError.PEERS_UNAVAILABLE, core.actions(Action.SyncFailed.class).get(0).error());
    assertEquals(List.of(), core.actions(Action.DropPeer.class));
    assertEquals(List.of(), core.jobs(StoreJob.Skip.class));
  }

  /** Answers honestly, except for the last block, which the peer does not have. */
  private void answerAllButTheHead(PeerId peer) {
    while (core.isAsked(peer) && !numbers(core.open(peer)).equals(List.of(12L))) {
      Action.Ask ask = core.open(peer);
      List<Long> asked = numbers(ask);
      core.reply(
          ask,
          asked.stream()
              .filter(number -> number < 12)
              .map(number -> CHAIN.get(number.intValue()).rawBody())
              .toList());
      core.runStore();
    }
    core.reply(core.open(peer), List.of());
  }

  @Test
  void shouldGivePointsToAPeerWithoutTheBodyOfTheHeadThatItHasShown() {
    answerAllButTheHead(walker);
    Action.ScorePeer score = core.action(Action.ScorePeer.class);
    assertEquals(walker, score.peer());
    assertEquals(20, score.lasting());
  }

  @Test
  void shouldGiveNoPointsToAPeerThatHasOnlyClaimedTheHead() {
    PeerId other = core.connect("other", PeerKind.HEADER, CHAIN);
    core.tell(c -> c.onPeerGone(walker, core.now()));
    answerAllButTheHead(other);
    assertEquals(List.of(), core.actions(Action.ScorePeer.class));
  }
}
