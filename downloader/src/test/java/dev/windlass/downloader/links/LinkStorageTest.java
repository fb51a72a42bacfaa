package dev.windlass.downloader.links;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.Link;
import dev.windlass.store.MemoryBlockStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkStorageTest {
  private static final int LENGTH = 100;
  private static final List<Block> CHAIN = TestBlocks.chain(LENGTH);

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.get(0));
  private LinkStorage keeper = new LinkStorage(store);

  private static Hash hash(int number) {
    return CHAIN.get(number).hash();
  }

  /** Headers from a number down to another, both included. */
  private static List<BlockHeader> headers(List<Block> chain, int from, int to) {
    List<BlockHeader> headers = new ArrayList<>();
    for (int n = from; n >= to; n--) {
      headers.add(chain.get(n).header());
    }
    return headers;
  }

  private LinkStorage.Appended prove(HashChain chain, int from, int to) {
    return keeper.append(chain, headers(CHAIN, from, to));
  }

  private LinkStorage.Appended claim(HashChain chain, int from, int to) {
    List<Hash> hashes = headers(CHAIN, from, to).stream().map(BlockHeader::hash).toList();
    return keeper.append(chain, hashes, hash(to - 1));
  }

  private void assertWhole(HashChain chain, int anchor) {
    HashChain.Ending ending = chain.ending().orElseThrow();
    assertEquals(Optional.empty(), ending.contradiction());
    assertEquals(anchor, ending.anchorNumber());
    assertEquals(anchor, ending.ancestorNumber() + chain.links());
    long next = ending.ancestorNumber() + 1;
    while (next <= anchor) {
      List<Link> links = keeper.load(chain, anchor, next, 7);
      assertTrue(!links.isEmpty() && links.size() <= 7);
      for (Link link : links) {
        assertEquals(next, link.number());
        assertEquals(hash((int) next), link.hash());
        next++;
      }
    }
  }

  @Test
  void shouldKnowNothingOfAChainThatWasNeverWalked() {
    HashChain chain = keeper.resume(hash(50));
    assertEquals(0, chain.links());
    assertEquals(hash(50), chain.next());
    assertFalse(chain.isComplete());
    assertEquals(List.of(0L), keeper.joinHeights());
  }

  @Test
  void shouldBeCompleteAtOnceWhenTheAnchorIsStored() {
    store.insert(CHAIN.subList(1, 10), true);
    HashChain chain = keeper.resume(hash(9));
    assertTrue(chain.isComplete());
    assertEquals(10, chain.ending().orElseThrow().firstNumber());
  }

  @Test
  void shouldBeCompleteWhenProvenLinksReachTheStore() {
    HashChain chain = keeper.resume(hash(50));
    LinkStorage.Appended first = prove(chain, 50, 20);
    assertEquals(31, first.stored());
    assertEquals(19, first.chain().nextNumber());
    assertFalse(first.chain().isComplete());
    LinkStorage.Appended second = prove(first.chain(), 19, 1);
    assertWhole(second.chain(), 50);
    assertEquals(1, second.chain().stretches().size(), "one segment grows");
  }

  @Test
  void shouldStoreOnlyWhatIsNewWhenHeadersReachBelowTheTip() {
    store.insert(CHAIN.subList(1, 31), true);
    LinkStorage.Appended appended = prove(keeper.resume(hash(50)), 50, 12);
    assertEquals(20, appended.stored());
    assertWhole(appended.chain(), 50);
    assertEquals(31, appended.chain().ending().orElseThrow().firstNumber());
  }

  @Test
  void shouldStoreOnlyWhatIsNewWhenHashesReachBelowTheTip() {
    store.insert(CHAIN.subList(1, 31), true);
    LinkStorage.Appended appended = claim(keeper.resume(hash(50)), 50, 12);
    assertEquals(20, appended.stored());
    assertWhole(appended.chain(), 50);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldJoinASegmentAtItsAnchor(boolean isProven) {
    HashChain older = keeper.resume(hash(40));
    LinkStorage.Appended stored = isProven ? prove(older, 40, 25) : claim(older, 40, 25);
    assertEquals(16, stored.stored());
    LinkStorage.Appended newer = prove(keeper.resume(hash(60)), 60, 41);
    assertEquals(20, newer.stored());
    assertEquals(36, newer.chain().links(), "the older links belong to it");
    assertEquals(hash(24), newer.chain().next());
    LinkStorage.Appended whole = prove(newer.chain(), 24, 1);
    assertWhole(whole.chain(), 60);
  }

  @Test
  void shouldKnowTheLinksBelowAnAnchorInTheMiddleOfASegment() {
    prove(keeper.resume(hash(50)), 50, 20);
    HashChain chain = keeper.resume(hash(40), 40);
    assertEquals(21, chain.links());
    assertWhole(prove(chain, 19, 1).chain(), 40);

    assertEquals(0, keeper.resume(hash(40), 41).links(), "another block is at that number");
    assertEquals(0, keeper.resume(hash(40)).links(), "the number is not known");
  }

  @Test
  void shouldJoinAClaimedSegmentInTheMiddleOfABatch() {
    claim(keeper.resume(hash(40)), 40, 25);
    LinkStorage.Appended newer = prove(keeper.resume(hash(60)), 60, 20);
    assertEquals(20, newer.stored(), "what stands above the claimed anchor");
    assertEquals(hash(24), newer.chain().next());
    assertWhole(prove(newer.chain(), 24, 1).chain(), 60);
  }

  @Test
  void shouldJoinAProvenSegmentInItsMiddle() {
    List<Block> fork = TestBlocks.fork(CHAIN, 35, 70);
    keeper.append(keeper.resume(fork.get(60).hash()), headers(fork, 60, 20));
    LinkStorage.Appended newer = prove(keeper.resume(hash(50)), 50, 28);
    assertEquals(15, newer.stored(), "50 down to 36: from 35 on the fork's links are the same");
    assertEquals(hash(19), newer.chain().next());
    assertEquals(19, newer.chain().nextNumber());
    assertEquals(25, newer.chain().stretches().get(1).from(), "60 to 36 are the fork's own");
    assertWhole(prove(newer.chain(), 19, 1).chain(), 50);
  }

  @Test
  void shouldCutAClaimedBatchWhereASegmentBegins() {
    prove(keeper.resume(hash(40)), 40, 1);
    LinkStorage.Appended newer = claim(keeper.resume(hash(60)), 60, 30);
    assertEquals(20, newer.stored());
    assertWhole(newer.chain(), 60);
    assertEquals(2, newer.chain().stretches().size());
  }

  @Test
  void shouldMixClaimedAndProvenStretches() {
    HashChain chain = claim(keeper.resume(hash(60)), 60, 51).chain();
    chain = prove(chain, 50, 31).chain();
    chain = claim(chain, 30, 21).chain();
    chain = prove(chain, 20, 1).chain();
    assertEquals(4, chain.stretches().size());
    assertWhole(chain, 60);
    assertTrue(keeper.load(chain, 60, 40, 1).get(0).isProven());
    assertFalse(keeper.load(chain, 60, 55, 1).get(0).isProven());
  }

  @Test
  void shouldTellTheContradictionWhenHeadersAndTheLengthDisagree() {
    HashChain chain = prove(keeper.resume(hash(60)), 60, 51).chain();
    List<Hash> spliced = List.of(hash(50), hash(40), hash(30));
    chain = keeper.append(chain, spliced, hash(0)).chain();
    assertTrue(chain.isComplete());
    String told = chain.ending().orElseThrow().contradiction().orElseThrow();
    assertTrue(told.contains("60"), told);
  }

  /** The blocks of half a sync are there, of a chain of both kinds of links. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 11, 20, 35, 36, 59, 60})
  void shouldGoOnAboveWhatIsInsertedWhenASyncIsResumed(int inserted) {
    HashChain chain = prove(keeper.resume(hash(60)), 60, 36).chain();
    chain = claim(chain, 35, 11).chain();
    prove(chain, 10, 1);
    store.insert(CHAIN.subList(1, inserted + 1), false);
    keeper = new LinkStorage(store);
    HashChain resumed = keeper.resume(hash(60));
    HashChain.Ending ending = resumed.ending().orElseThrow();
    assertEquals(inserted + 1, ending.firstNumber());
    assertEquals(hash(inserted), ending.parent());
    assertEquals(60, ending.anchorNumber());
  }

  @Test
  void shouldGoOnWithAllSegmentsWhenTheStoreIsOpenedAgain() {
    HashChain chain = claim(keeper.resume(hash(60)), 60, 51).chain();
    prove(chain, 50, 31);
    keeper = new LinkStorage(store);
    HashChain resumed = keeper.resume(hash(60));
    assertEquals(30, resumed.links());
    assertEquals(hash(30), resumed.next());
    assertEquals(30, resumed.nextNumber());
    assertWhole(prove(resumed, 30, 1).chain(), 60);
    assertEquals(2, store.segments().size(), "the proven one has grown");
  }

  @Test
  void shouldKeepSixtyFourSegmentsTheNewestOnes() {
    List<Hash> anchors = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      List<Block> fork = TestBlocks.fork(CHAIN, 50, 100 + i);
      anchors.add(fork.get(60).hash());
      keeper.append(keeper.resume(anchors.get(i)), headers(fork, 60, 55));
      assertTrue(store.segments().size() <= LinkStorage.SEGMENTS_MAX);
    }
    assertEquals(LinkStorage.SEGMENTS_MAX, store.segments().size());
    assertEquals(6, keeper.resume(anchors.get(99)).links());
    assertEquals(0, keeper.resume(anchors.get(30)).links(), "the oldest went");
  }

  /** Else any peer with enough made-up heads could have an operator's headers thrown away. */
  @Test
  void shouldKeepALongSegmentWhenManyShortOnesCome() {
    prove(keeper.resume(hash(60)), 60, 11);
    for (int i = 0; i < 2 * LinkStorage.SEGMENTS_MAX; i++) {
      List<Block> fork = TestBlocks.fork(CHAIN, 50, 100 + i);
      keeper.append(keeper.resume(fork.get(60).hash()), headers(fork, 60, 60));
    }
    assertEquals(LinkStorage.SEGMENTS_MAX, store.segments().size());
    assertEquals(50, keeper.resume(hash(60)).links());
  }

  @Test
  void shouldKeepTheSegmentsOfTheSyncItselfHoweverShort() {
    List<Block> own = TestBlocks.fork(CHAIN, 50, 99);
    keeper.append(keeper.resume(own.get(60).hash()), headers(own, 60, 60));
    for (int i = 0; i < LinkStorage.SEGMENTS_MAX - 1; i++) {
      List<Block> fork = TestBlocks.fork(CHAIN, 50, 100 + i);
      keeper.append(keeper.resume(fork.get(60).hash()), headers(fork, 60, 55));
    }
    assertEquals(1, keeper.resume(own.get(60).hash()).links());
  }

  @Test
  void shouldForgetWhatAFinishedSyncUsed() {
    HashChain chain = prove(keeper.resume(hash(60)), 60, 31).chain();
    chain = claim(chain, 30, 1).chain();
    List<Block> fork = TestBlocks.fork(CHAIN, 50, 7);
    keeper.append(keeper.resume(fork.get(90).hash()), headers(fork, 90, 80));
    store.insert(CHAIN.subList(1, 61), true);
    keeper.finish(chain);
    assertEquals(1, store.segments().size(), "another's links stay");
    assertEquals(fork.get(90).hash(), store.segments().get(0).anchor());
  }

  @Test
  void shouldForgetTheSegmentsThatAnInsertHasOvertaken() {
    claim(keeper.resume(hash(30)), 30, 21);
    HashChain chain = prove(keeper.resume(hash(60)), 60, 1).chain();
    store.insert(CHAIN.subList(1, 61), true);
    keeper.finish(chain);
    assertEquals(List.of(), store.segments());
  }

  @Test
  void shouldForgetClaimedLinksWhenASyncIsDoubted() {
    HashChain chain = prove(keeper.resume(hash(60)), 60, 51).chain();
    chain = claim(chain, 50, 41).chain();
    keeper.discard(chain, true);
    assertEquals(1, store.segments().size());
    HashChain resumed = keeper.resume(hash(60));
    assertEquals(10, resumed.links(), "proven links of a trusted anchor stay");
    keeper.discard(resumed, false);
    assertEquals(List.of(), store.segments());
  }

  @Test
  void shouldKeepProvenLinksThatHangOnAnotherAnchorWhenASyncIsDoubted() {
    prove(keeper.resume(hash(40)), 40, 25);
    HashChain chain = prove(keeper.resume(hash(60)), 60, 41).chain();
    keeper.discard(chain, false);
    assertEquals(1, store.segments().size());
    assertEquals(hash(40), store.segments().get(0).anchor());
  }

  @Test
  void shouldTellWhereAWalkMayLand() {
    store.insert(CHAIN.subList(1, 11), true);
    prove(keeper.resume(hash(40)), 40, 25);
    prove(keeper.resume(hash(80)), 80, 75);
    claim(keeper.resume(hash(95)), 95, 90);
    assertEquals(List.of(80L, 40L, 10L), keeper.joinHeights());
  }

  @Test
  void shouldRefuseHeadersThatDoNotContinueTheChain() {
    HashChain chain = keeper.resume(hash(50));
    assertThrows(IllegalStateException.class, () -> prove(chain, 49, 40));
    assertThrows(
        IllegalStateException.class, () -> keeper.load(chain, 50, 50, 1), "there is no link yet");
  }
}
