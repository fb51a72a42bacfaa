package dev.windlass.downloader.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.DrivenCore;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A chain of eighteen hashes, of which a lister is asked for six at a time. */
class HashWalkTest {
  private static final List<Block> CHAIN = TestBlocks.chain(18);

  private final DrivenCore core = new DrivenCore(CHAIN.get(0));
  private PeerId lister;
  private PeerId witness;

  @BeforeEach
  void startSync() {
    lister = core.connect("lister", PeerKind.HASH, CHAIN.subList(0, 1));
    witness = core.connect("witness", PeerKind.HASH, CHAIN);
    core.announce(lister, CHAIN.get(18));
  }

  private static List<byte[]> raw(Stream<Hash> hashes) {
    return Question.Hashes.raw(hashes.toList());
  }

  /** The hashes of these blocks, from a number down to another. */
  private static Stream<Hash> down(List<Block> chain, int from, int to) {
    return Stream.iterate(from, number -> number >= to, number -> number - 1)
        .map(number -> chain.get(number).hash());
  }

  private void list(Stream<Hash> hashes) {
    core.reply(core.open(lister), raw(hashes));
    core.runStore();
  }

  private Hash checked(PeerId peer) {
    List<Hash> hashes = core.question(peer, Question.Blocks.class).hashes();
    assertEquals(1, hashes.size());
    return hashes.get(0);
  }

  private void assertFailed(SyncError error) {
    assertEquals(error, core.action(Action.SyncFailed.class).error());
    assertEquals(new Action.DropPeer(lister, error), core.action(Action.DropPeer.class));
    assertEquals(1, core.jobs(StoreJob.Discard.class).size(), "what it listed is forgotten");
  }

  @Test
  void shouldAskTheOriginAloneForHashesBelowTheAnchor() {
    assertEquals(
        new Question.Hashes(CHAIN.get(18).hash(), 6), core.question(lister, Question.Hashes.class));
    assertEquals(1, core.open().size());
  }

  @Test
  void shouldCheckALinkOfEachBatchWithAnotherPeerBeforeItAsksForTheNext() {
    for (int top = 18; top > 6; top -= 6) {
      list(down(CHAIN, top - 1, top - 6));
      assertFalse(core.isAsked(lister), "a link is not checked yet");
      Hash block = checked(witness);
      assertTrue(down(CHAIN, top, top - 5).anyMatch(block::equals), "it is one of the batch");
      core.answer(core.open(witness), CHAIN);
      assertEquals(CHAIN.get(top - 6).hash(), core.question(lister, Question.Hashes.class).from());
    }
  }

  @Test
  void shouldCheckTheLastBatchBeforeItAsksForBlocks() {
    for (int top = 18; top > 0; top -= 6) {
      assertEquals(List.of(), core.jobs(StoreJob.LoadLinks.class));
      list(down(CHAIN, top - 1, top - 6));
      core.answer(core.open(witness), CHAIN);
    }
    assertEquals(1, core.jobs(StoreJob.LoadLinks.class).size());
  }

  @Test
  void shouldDropTheListerWhenABlockHasAnotherParentThanItListed() {
    // Every second hash is left out, so that each link is false.
    list(Stream.of(16, 14, 12, 10, 8, 6).map(number -> CHAIN.get(number).hash()));
    core.answer(core.open(witness), CHAIN);
    assertFailed(SyncError.CROSS_CHECK_FAILED);
  }

  @Test
  void shouldDropTheListerWhenNoPeerShowsABlock() {
    list(down(CHAIN, 17, 12));
    Hash block = checked(witness);
    core.reply(core.open(witness), List.of());
    assertEquals(block, checked(lister), "the lister is asked last");
    core.reply(core.open(lister), List.of());
    assertFailed(SyncError.CROSS_CHECK_FAILED);
  }

  @Test
  void shouldDropAListerThatStalls() {
    list(down(CHAIN, 17, 15));
    assertFailed(SyncError.STALLING);
  }

  @Test
  void shouldDropAListerWhoseChainComesBackToItsAnchor() {
    list(down(CHAIN, 17, 12));
    core.answer(core.open(witness), CHAIN);
    list(Stream.concat(down(CHAIN, 11, 7), Stream.of(CHAIN.get(18).hash())));
    assertFailed(SyncError.BAD_PEER);
  }

  @Test
  void shouldDropAnOriginThatHasNothingBelowItsHead() {
    list(Stream.of());
    assertFailed(SyncError.EMPTY_HASH_SET);
  }

  @Test
  void shouldGoOnWithAnotherPeerOfTheChainWhenTheListerIsSilent() {
    core.passToDeadline();
    assertEquals(List.of(), core.actions(Action.SyncFailed.class));
    assertEquals(
        new Question.Hashes(CHAIN.get(18).hash(), 6),
        core.question(witness, Question.Hashes.class));
    assertEquals(List.of(), core.actions(Action.DropPeer.class));
  }
}
