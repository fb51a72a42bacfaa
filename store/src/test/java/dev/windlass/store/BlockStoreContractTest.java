package dev.windlass.store;

import static dev.windlass.chain.TestBlocks.hashesNewestFirst;
import static dev.windlass.chain.TestBlocks.headersNewestFirst;
import static dev.windlass.chain.TestBlocks.last;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.chain.store.Segment;
import dev.windlass.chain.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The contract of every block store. Each implementation must pass the same tests. */
abstract class BlockStoreContractTest {
  static final Block ROOT = TestBlocks.genesis();

  BlockStore store;

  abstract BlockStore open(Block root);

  /** Closes and reopens the store if it is persistent, else returns it unchanged. */
  abstract BlockStore reopened(BlockStore open);

  @BeforeEach
  void openStore() {
    store = open(ROOT);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  void reopen() {
    store = reopened(store);
  }

  @Test
  void shouldBeginWithTheRoot() {
    assertEquals(ROOT.id(), store.root());
    assertEquals(ROOT.id(), store.tip());
    assertEquals(OptionalLong.of(0), store.known(ROOT.hash()));
    assertEquals(Optional.of(ROOT.hash()), store.canonicalHash(0));
    assertStored(ROOT);
    assertEquals(List.of(), store.segments());
    assertEquals(Map.of(), store.bans());
  }

  @Test
  void shouldExtendTheTipWhenARunFollowsIt() {
    List<Block> blocks = TestBlocks.on(ROOT, 10, 1);
    assertEquals(blocks.get(3).id(), store.insert(blocks.subList(0, 4), false));
    assertEquals(blocks.get(9).id(), store.insert(blocks.subList(4, 10), true));
    reopen();
    assertCanonical(blocks);
    assertEquals(Optional.empty(), store.canonicalHash(11));
    assertEquals(Optional.empty(), store.canonicalHash(-1));
  }

  @Test
  void shouldBeginAboveGenesisWhenTheRootIsAFloor() {
    store.close();
    Block floor = new TestBlock().parent(Hash.ZERO).number(1_000_000).branch(7).block();
    store = open(floor);
    List<Block> blocks = TestBlocks.on(floor, 3, 7);
    store.insert(blocks, true);
    assertEquals(blocks.get(2).id(), store.tip());
    assertEquals(Optional.empty(), store.canonicalHash(999_999));
    assertEquals(Optional.of(floor.hash()), store.canonicalHash(1_000_000));
  }

  @Test
  void shouldKeepAShorterBranchBesideUntilItsSyncEnds() {
    List<Block> canonical = TestBlocks.on(ROOT, 10, 1);
    List<Block> branch = TestBlocks.on(canonical.get(3), 4, 2);
    store.insert(canonical, true);
    assertEquals(last(canonical).id(), store.insert(branch.subList(0, 2), false));
    reopen();
    assertCanonical(canonical);
    assertStored(branch.get(1));
    assertEquals(OptionalLong.of(6), store.known(branch.get(1).hash()));

    assertEquals(last(branch).id(), store.insert(branch.subList(2, 4), true));
    reopen();
    assertCanonical(joined(canonical.subList(0, 4), branch));
    assertEquals(Optional.empty(), store.canonicalHash(9), "the replaced chain was longer");
    assertEquals(OptionalLong.of(10), store.known(last(canonical).hash()));
  }

  @Test
  void shouldReplaceTheCanonicalChainWhenABranchReachesAboveTheTip() {
    List<Block> canonical = TestBlocks.on(ROOT, 6, 1);
    List<Block> branch = TestBlocks.on(canonical.get(1), 8, 2);
    store.insert(canonical, true);
    store.insert(branch.subList(0, 3), false);
    assertEquals(last(canonical).id(), store.tip());
    assertEquals(branch.get(5).id(), store.insert(branch.subList(3, 6), false));
    assertEquals(branch.get(7).id(), store.insert(branch.subList(6, 8), true));
    reopen();
    assertCanonical(joined(canonical.subList(0, 2), branch));
  }

  /** The tip of btcd's TestChainView, set to another branch and back. */
  @Test
  void shouldGoBackToTheReplacedChainWhenItGrowsLonger() {
    List<Block> first = TestBlocks.on(ROOT, 6, 1);
    List<Block> second = TestBlocks.on(first.get(0), 6, 2);
    store.insert(first, true);
    store.insert(second, true);
    List<Block> more = TestBlocks.on(last(first), 3, 1);
    store.insert(more, true);
    assertCanonical(joined(first, more));
  }

  /** The lowest fork of btcd's TestChainView, and a tip that is set down. */
  @Test
  void shouldReplaceEverythingAboveTheRootWhenTheBranchBeginsThere() {
    store.insert(TestBlocks.on(ROOT, 5, 1), true);
    List<Block> branch = TestBlocks.on(ROOT, 2, 2);
    store.insert(branch, true);
    assertCanonical(branch);
    assertEquals(Optional.empty(), store.canonicalHash(3));
  }

  @Test
  void shouldStayWhenCanonicalBlocksAreInsertedAgain() {
    List<Block> blocks = TestBlocks.on(ROOT, 8, 1);
    store.insert(blocks, true);
    assertEquals(last(blocks).id(), store.insert(blocks.subList(2, 5), true));
    assertCanonical(blocks);
    assertEquals(last(blocks).id(), store.insert(List.of(), true));
  }

  @Test
  void shouldSwitchAtTheForkWhenARunOverlapsTheCanonicalChain() {
    List<Block> canonical = TestBlocks.on(ROOT, 8, 1);
    List<Block> branch = TestBlocks.on(canonical.get(4), 2, 2);
    store.insert(canonical, true);
    store.insert(joined(canonical.subList(3, 5), branch), true);
    assertCanonical(joined(canonical.subList(0, 5), branch));
    assertEquals(Optional.empty(), store.canonicalHash(8));
  }

  @Test
  void shouldRefuseARunWhenItsParentIsUnknownOrItIsBroken() {
    List<Block> blocks = TestBlocks.on(ROOT, 6, 1);
    assertThrows(IllegalStateException.class, () -> store.insert(blocks.subList(1, 3), false));
    List<Block> broken = List.of(blocks.get(0), blocks.get(2));
    assertThrows(IllegalStateException.class, () -> store.insert(broken, false));
    Block wrongNumber = new TestBlock().parent(ROOT.hash()).number(2).branch(1).block();
    assertThrows(IllegalStateException.class, () -> store.insert(List.of(wrongNumber), false));
    assertEquals(ROOT.id(), store.tip());
    assertEquals(OptionalLong.empty(), store.known(blocks.get(0).hash()));
  }

  @Test
  void shouldNotKnowWhatHasAHeaderOnly() {
    List<Block> blocks = TestBlocks.on(ROOT, 4, 1);
    appendProven(1, blocks, 2);
    assertEquals(OptionalLong.empty(), store.known(blocks.get(3).hash()));
    assertEquals(Optional.empty(), store.block(blocks.get(3).id()));
    assertEquals(Optional.of(blocks.get(3).header()), store.header(blocks.get(3).id()));
    assertEquals(
        Optional.empty(), store.header(new BlockId(9, blocks.get(3).hash())), "another number");
  }

  @Test
  void shouldReadProvenLinksOldestFirstFromAnyPosition() {
    List<Block> blocks = TestBlocks.on(ROOT, 25, 1);
    Segment segment = appendProven(7, blocks, 10);
    reopen();
    assertEquals(List.of(segment), store.segments());
    assertEquals(25, segment.anchorNumber());
    for (int position = 0; position < 25; position++) {
      long number = 25L - position;
      List<Link> links = store.links(segment, position, number, 6);
      assertEquals(Math.min(6, position + 1), links.size());
      for (int i = 0; i < links.size(); i++) {
        Block expected = blocks.get((int) number - 1 + i);
        assertEquals(expected.header().id(), linkId(links.get(i)));
        assertTrue(links.get(i).isProven());
        assertArrayEquals(expected.header().raw(), links.get(i).header().raw());
      }
    }
  }

  /** Fifty headers of 200 KB are 10 MB. Twenty-one of them reach the limit. */
  @Test
  void shouldReadNoMoreHeadersAtOnceThanTheBoundOfBytes() {
    List<Block> blocks =
        TestBlocks.linked(ROOT.number() + 1, ROOT.hash(), 50, block -> block.extraBytes(200_000));
    Segment segment = appendProven(7, blocks, 10);
    assertEquals(21, store.links(segment, 49, 1, 50).size());
    assertEquals(21, store.links(segment, 44, 6, 45).size());
    assertEquals(5, store.links(segment, 4, 46, 50).size());
    store.insert(blocks, true);
    // The root's header is small.
    assertEquals(22, store.rawHeaders(0, 51).size());
    assertEquals(22, store.canonicalLinks(0, 51).size());
    assertEquals(21, store.canonicalLinks(20, 51).size());
    assertEquals(5, store.canonicalLinks(46, 51).size());
  }

  @Test
  void shouldRefuseToReadLinksWhereTheSegmentHasNone() {
    Segment segment = appendProven(7, TestBlocks.on(ROOT, 5, 1), 5);
    assertThrows(IllegalStateException.class, () -> store.links(segment, 5, 0, 1));
    assertThrows(IllegalStateException.class, () -> store.links(segment, 2, 2, 1));
    assertEquals(List.of(), store.links(segment, -1, 6, 1));
    assertEquals(List.of(), store.links(segment, 4, 1, 0));
  }

  @Test
  void shouldNumberAProvenSegmentByItsHeadersWhenItsRecordHasNone() {
    List<Block> blocks = TestBlocks.on(ROOT, 5, 1);
    List<BlockHeader> headers = headersNewestFirst(blocks);
    Segment empty = Segment.empty(1, headers.get(0).hash(), true);
    store.appendHeaders(empty, List.of());
    store.appendHeaders(empty.grown(2, headers.get(1).parentHash()), headers.subList(0, 2));
    assertEquals(5, store.segments().get(0).anchorNumber());
  }

  @Test
  void shouldReadClaimedLinksWithTheHeadersThatAreThere() {
    List<Block> blocks = TestBlocks.on(ROOT, 12, 1);
    List<Hash> hashes = hashesNewestFirst(blocks);
    Segment empty = Segment.empty(3, hashes.get(0), false);
    store.appendLinks(empty.grown(5, hashes.get(5)), hashes.subList(0, 5));
    Segment whole = empty.grown(12, ROOT.hash());
    store.appendLinks(whole, hashes.subList(5, 12));
    Segment numbered = whole.numbered(12);
    store.appendLinks(numbered, List.of());
    store.insert(blocks.subList(0, 4), false);
    reopen();
    assertEquals(List.of(numbered), store.segments());
    List<Link> links = store.links(numbered, 11, 1, 100);
    assertEquals(12, links.size());
    for (int i = 0; i < 12; i++) {
      assertEquals(blocks.get(i).header().id(), linkId(links.get(i)));
      assertEquals(i < 4, links.get(i).isProven());
    }
  }

  @Test
  void shouldReadClaimedLinksBesideTheHeadersOfAFork() {
    List<Block> blocks = TestBlocks.on(ROOT, 6, 1);
    List<Block> fork = TestBlocks.on(ROOT, 8, 2);
    store.insert(fork, true);
    List<Hash> hashes = hashesNewestFirst(blocks);
    Segment segment = Segment.empty(1, hashes.get(0), false).grown(6, ROOT.hash()).numbered(6);
    store.appendLinks(segment, hashes);
    List<Link> links = store.links(segment, 5, 1, 6);
    assertEquals(
        blocks.stream().map(Block::hash).toList(), links.stream().map(Link::hash).toList());
    assertTrue(links.stream().noneMatch(Link::isProven));
  }

  @Test
  void shouldReadNothingWhenTheSegmentIsGone() {
    Segment segment = appendProven(1, TestBlocks.on(ROOT, 4, 1), 4);
    store.removeSegment(1);
    assertEquals(List.of(), store.links(segment, 3, 1, 4));
    store.removeSegment(1);
    store.removeSegment(99);
    reopen();
    assertEquals(List.of(), store.segments());
  }

  @Test
  void shouldForgetUnusedHeadersOnlyWhenASegmentIsRemoved() {
    List<Block> blocks = TestBlocks.on(ROOT, 20, 1);
    appendProven(1, blocks, 7);
    store.insert(blocks.subList(0, 6), false);
    List<Block> beside = TestBlocks.on(blocks.get(2), 2, 2);
    appendProven(2, beside, 1);
    store.insert(beside, false);
    store.removeSegment(1);
    store.removeSegment(2);
    reopen();
    WritingScript.sweep(store);
    for (Block block : blocks) {
      boolean isStored = block.number() <= 6;
      assertEquals(isStored, store.header(block.id()).isPresent(), () -> "block " + block);
      assertEquals(isStored, store.block(block.id()).isPresent(), () -> "block " + block);
    }
    beside.forEach(this::assertStored);
    assertCanonical(blocks.subList(0, 6));
  }

  @Test
  void shouldKeepHeadersThatAnotherSegmentNeedsWhenOneIsRemoved() {
    List<Block> blocks = TestBlocks.on(ROOT, 20, 1);
    appendProven(1, blocks.subList(0, 12), 5);
    Segment second = appendProven(2, blocks.subList(6, 20), 5);
    store.removeSegment(1);
    WritingScript.sweep(store);
    assertEquals(Optional.empty(), store.header(blocks.get(5).id()));
    List<Link> links = store.links(second, 13, 7, 50);
    assertEquals(14, links.size());
    assertTrue(links.stream().allMatch(Link::isProven));
  }

  @Test
  void shouldKeepHeadersThatCameAgainAfterTheirSegmentWasRemoved() {
    List<Block> blocks = TestBlocks.on(ROOT, 20, 1);
    appendProven(1, blocks, 7);
    store.removeSegment(1);
    long next = store.lastSegmentId() + 1;
    Segment again = appendProven(next, blocks.subList(4, 20), 7);
    store.insert(blocks.subList(0, 2), false);
    WritingScript.sweep(store);
    assertEquals(List.of(again), store.segments());
    assertTrue(store.links(again, 15, 5, 16).stream().allMatch(Link::isProven));
    assertCanonical(blocks.subList(0, 2));
    assertEquals(Optional.empty(), store.header(blocks.get(2).id()));
  }

  @Test
  void shouldKeepSegmentsApartAndInOrder() {
    List<Block> one = TestBlocks.on(ROOT, 5, 1);
    List<Block> two = TestBlocks.on(ROOT, 5, 2);
    Segment second = appendProven(20, two, 3);
    Segment first = appendProven(3, one, 3);
    assertEquals(List.of(first, second), store.segments());
    assertEquals(one.get(0).hash(), store.links(first, 4, 1, 1).get(0).hash());
    assertEquals(two.get(4).hash(), store.links(second, 0, 5, 9).get(0).hash());
  }

  @Test
  void shouldRefuseLinksThatDoNotGrowTheStoredRecord() {
    List<Block> blocks = TestBlocks.on(ROOT, 9, 1);
    List<Hash> hashes = hashesNewestFirst(blocks);
    List<BlockHeader> headers = headersNewestFirst(blocks);
    Segment claimed = Segment.empty(1, hashes.get(0), false);
    Segment proven = Segment.empty(2, hashes.get(0), true);
    store.appendLinks(claimed.grown(3, hashes.get(3)), hashes.subList(0, 3));
    List<Executable> faults =
        List.of(
            () -> store.appendLinks(claimed.grown(3, hashes.get(3)), hashes.subList(0, 3)),
            () -> store.appendLinks(claimed.grown(5, hashes.get(6)), hashes.subList(4, 6)),
            () -> store.appendLinks(claimed.grown(9, hashes.get(5)), hashes.subList(3, 5)),
            () -> store.appendLinks(proven.grown(1, hashes.get(1)), hashes.subList(0, 1)),
            () -> store.appendHeaders(claimed.grown(4, hashes.get(4)), headers.subList(3, 4)),
            () -> store.appendHeaders(proven.grown(2, hashes.get(3)), headers.subList(0, 2)),
            () ->
                store.appendHeaders(
                    proven.grown(2, hashes.get(3)), List.of(headers.get(0), headers.get(2))),
            () ->
                store.appendHeaders(
                    proven.grown(2, hashes.get(2)).numbered(77), headers.subList(0, 2)));
    for (Executable fault : faults) {
      assertThrows(IllegalStateException.class, fault);
    }
    assertEquals(List.of(claimed.grown(3, hashes.get(3))), store.segments());
  }

  @Test
  void shouldGrowInSizeWithWhatIsStored() {
    long before = store.sizeBytes();
    List<Block> blocks = TestBlocks.on(ROOT, 200, 1);
    store.insert(blocks, true);
    long bytes = blocks.stream().mapToLong(Block::size).sum();
    assertTrue(store.sizeBytes() - before >= bytes / 2, () -> "size " + store.sizeBytes());
    store.sync();
    reopen();
    assertTrue(store.sizeBytes() > 0);
  }

  @Test
  void shouldSayClosedWhenUsedAfterClose() {
    List<Block> blocks = TestBlocks.on(ROOT, 2, 1);
    Segment segment = appendProven(1, blocks, 2);
    store.close();
    store.close();
    List<Executable> uses =
        List.of(
            () -> store.insert(blocks, true),
            () -> store.known(ROOT.hash()),
            () -> store.canonicalHash(0),
            () -> store.header(ROOT.id()),
            () -> store.block(ROOT.id()),
            () -> store.links(segment, 1, 1, 2),
            () -> store.appendHeaders(Segment.empty(2, ROOT.hash(), true), List.of()),
            () -> store.appendLinks(Segment.empty(2, ROOT.hash(), false), List.of()),
            () -> store.removeSegment(1),
            () -> store.putBan(ROOT.hash(), "why"),
            () -> store.putPeerBan(BanContractTest.ban("peer", 1, ""), new byte[0]),
            () ->
                store.putPeerScore(
                    new PeerScore(
                        PeerId.of("peer"), 1, BanContractTest.TIME, 0, BanContractTest.TIME)),
            () -> store.sizeBytes(),
            () -> store.sync());
    for (Executable use : uses) {
      StoreException closed = assertThrows(StoreException.class, use);
      assertEquals(StoreException.Kind.CLOSED, closed.kind());
    }
  }

  @Test
  void shouldShowReadersWholeBlocksWhileOneThreadInserts() throws Exception {
    List<Block> blocks = TestBlocks.on(ROOT, 3000, 1);
    AtomicBoolean isWriting = new AtomicBoolean(true);
    ExecutorService readers = Executors.newFixedThreadPool(3);
    try {
      List<Future<Long>> reads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        reads.add(readers.submit(() -> readWhile(isWriting)));
      }
      for (int from = 0; from < blocks.size(); from += 10) {
        store.insert(blocks.subList(from, from + 10), false);
      }
      isWriting.set(false);
      for (Future<Long> read : reads) {
        assertTrue(read.get() > 0);
      }
    } finally {
      isWriting.set(false);
      readers.shutdown();
    }
    assertCanonical(blocks);
  }

  /** Reads the tip and its ancestors over and over. Returns how many blocks were read. */
  private long readWhile(AtomicBoolean isWriting) {
    long read = 0;
    do {
      BlockId tip = store.tip();
      for (long number = tip.number(); number > tip.number() - 12 && number >= 0; number--) {
        BlockId id = new BlockId(number, store.canonicalHash(number).orElseThrow());
        assertEquals(number, store.known(id.hash()).orElseThrow());
        assertEquals(id, store.block(id).orElseThrow().id());
        read++;
      }
    } while (isWriting.get());
    return read;
  }

  /** Stores the headers of these blocks as one segment, in batches. */
  Segment appendProven(long id, List<Block> oldestFirst, int batch) {
    List<BlockHeader> headers = headersNewestFirst(oldestFirst);
    Segment segment =
        Segment.empty(id, headers.get(0).hash(), true).numbered(headers.get(0).number());
    for (int from = 0; from < headers.size(); from += batch) {
      List<BlockHeader> some = headers.subList(from, Math.min(headers.size(), from + batch));
      segment = segment.grown(some.size(), some.get(some.size() - 1).parentHash());
      store.appendHeaders(segment, some);
    }
    return segment;
  }

  void assertStored(Block block) {
    Block read = store.block(block.id()).orElseThrow();
    assertArrayEquals(block.rawBlock(), read.rawBlock());
    assertEquals(Optional.of(block.header()), store.header(block.id()));
    assertEquals(OptionalLong.of(block.number()), store.known(block.hash()));
  }

  /** Checks that the canonical chain is the root and exactly these blocks. */
  void assertCanonical(List<Block> blocks) {
    assertEquals(last(blocks).id(), store.tip());
    for (Block block : blocks) {
      assertEquals(Optional.of(block.hash()), store.canonicalHash(block.number()));
      assertStored(block);
    }
    assertFalse(store.canonicalHash(last(blocks).number() + 1).isPresent());
  }

  private static BlockId linkId(Link link) {
    return new BlockId(link.number(), link.hash());
  }

  private static List<Block> joined(List<Block> first, List<Block> second) {
    List<Block> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }
}
