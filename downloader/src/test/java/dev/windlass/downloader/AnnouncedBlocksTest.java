package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnnouncedBlocksTest {
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final PeerId C = PeerId.of("c");
  private static final List<Block> CHAIN = TestBlocks.chain(200);
  private static final BlockId TIP = CHAIN.get(100).id();
  private static final long HOUR = AnnouncedBlocks.EXPIRY_NANOS;

  private AnnouncedBlocks announced = new AnnouncedBlocks(32 << 20);
  private long now;
  private int forks;

  @AfterEach
  void shouldHaveConsistentCounts() {
    announced.checkInvariants();
  }

  private static BlockId id(int number) {
    return CHAIN.get(number).id();
  }

  private boolean offer(PeerId from, Block block) {
    return announced.offer(from, block, BigInteger.ZERO, TIP, now);
  }

  private List<Block> take(BlockId stored) {
    return announced.take(stored, hash -> false).stream().map(AnnouncedBlocks.Held::block).toList();
  }

  /** Announces blocks of a peer that stand on nothing. Returns those that are held. */
  private List<Block> flood(PeerId from, int count) {
    List<Block> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Block orphan = orphan();
      if (offer(from, orphan)) {
        taken.add(orphan);
      }
    }
    return taken;
  }

  private Block orphan() {
    forks++;
    return TestBlocks.linked(110, Hash.ofLongs(forks, 0, 0, 0), 1).get(0);
  }

  private long held(List<Block> blocks) {
    return blocks.stream().filter(block -> announced.has(block.hash())).count();
  }

  @Test
  void shouldHandOutWhatGoesOnFromTheTipInOrder() {
    List<Block> mixed = new ArrayList<>(CHAIN.subList(101, 133));
    Collections.shuffle(mixed, new Random(7));
    mixed.forEach(block -> assertTrue(offer(A, block)));

    assertEquals(CHAIN.subList(101, 133), take(TIP));
    assertEquals(0, announced.size());
    assertEquals(0, announced.bytes());
  }

  @Test
  void shouldWaitForTheGapToBeFilled() {
    offer(A, CHAIN.get(102));
    assertEquals(List.of(), take(TIP));

    offer(B, CHAIN.get(101));

    assertEquals(
        List.of(B, A),
        announced.take(TIP, hash -> false).stream().map(AnnouncedBlocks.Held::from).toList());
  }

  @Test
  void shouldHoldEachBlockOnceWhoeverSendsIt() {
    assertTrue(offer(A, CHAIN.get(101)));
    assertFalse(offer(B, CHAIN.get(101)));
    assertEquals(1, announced.size());
  }

  /** The uncle and queue distances of 2015's fetcher. */
  @Test
  void shouldDiscardWhatIsFarFromTheTip() {
    assertFalse(offer(A, CHAIN.get(92)));
    assertTrue(offer(A, CHAIN.get(93)));
    assertTrue(offer(A, CHAIN.get(132)));
    assertFalse(offer(A, CHAIN.get(133)));
  }

  @Test
  void shouldNotHoldTheTip() {
    assertFalse(offer(A, CHAIN.get(100)));
    assertTrue(offer(A, CHAIN.get(101)));
    announced.pass(id(101), now);
    assertEquals(0, announced.size());
  }

  @Test
  void shouldFindTheRootOfAnOrphan() {
    assertEquals(1, flood(B, 1).size());
    for (int number : new int[] {105, 108, 107, 106, 110}) {
      offer(A, CHAIN.get(number));
    }
    assertEquals(CHAIN.get(105).header(), root(108));
    assertEquals(CHAIN.get(105).header(), root(105));
    assertEquals(CHAIN.get(110).header(), root(110));
    assertTrue(announced.root(CHAIN.get(104).hash()).isEmpty());
    offer(B, CHAIN.get(109));
    assertEquals(CHAIN.get(105).header(), root(110));
  }

  private BlockHeader root(int head) {
    return announced.root(CHAIN.get(head).hash()).orElseThrow();
  }

  @Test
  void shouldConnectDescendantsBreadthFirst() {
    List<Block> fork = TestBlocks.fork(CHAIN, 101, 5);
    List<Block> other = TestBlocks.fork(fork, 102, 6);
    List<Block> sent =
        List.of(
            CHAIN.get(104),
            other.get(103),
            CHAIN.get(101),
            fork.get(102),
            CHAIN.get(102),
            fork.get(103),
            CHAIN.get(103));
    sent.forEach(block -> offer(A, block));
    flood(B, 3);

    assertEquals(
        List.of(
            CHAIN.get(101),
            fork.get(102),
            CHAIN.get(102),
            other.get(103),
            fork.get(103),
            CHAIN.get(103),
            CHAIN.get(104)),
        take(TIP));
    assertEquals(3, announced.size(), "what stands on nothing stays");
  }

  @Test
  void shouldTakeTheBranchThatTheTipIsOn() {
    List<Block> fork = TestBlocks.fork(CHAIN, 100, 5);
    offer(A, fork.get(102));
    offer(A, CHAIN.get(102));
    offer(A, CHAIN.get(101));

    assertEquals(CHAIN.subList(101, 103), take(TIP));
    assertEquals(1, announced.size());
  }

  @Test
  void shouldDiscardABlockWhoseNumberDoesNotFollow() {
    Block wrong = TestBlocks.linked(103, CHAIN.get(101).hash(), 1).get(0);
    offer(A, CHAIN.get(101));
    offer(A, wrong);
    assertEquals(List.of(CHAIN.get(101)), take(TIP));
    assertEquals(0, announced.size());
  }

  @Test
  void shouldNotHandOutWhatIsBannedByNow() {
    CHAIN.subList(101, 105).forEach(block -> offer(A, block));
    assertEquals(2, announced.take(TIP, hash -> hash.equals(CHAIN.get(103).hash())).size());
    assertFalse(announced.has(CHAIN.get(103).hash()));
    assertTrue(announced.has(CHAIN.get(104).hash()));
  }

  @Test
  void shouldForgetWhatTheTipHasLeftBehind() {
    offer(A, CHAIN.get(101));
    announced.pass(id(108), now);
    assertEquals(1, announced.size());
    announced.pass(id(109), now);
    assertEquals(0, announced.size());
  }

  @Test
  void shouldForgetABlockAfterAnHour() {
    assertEquals(Long.MAX_VALUE, announced.nextNanos());
    List<Block> first = flood(A, 2);
    now = HOUR / 2;
    List<Block> second = flood(B, 1);
    assertEquals(HOUR, announced.nextNanos());

    announced.pass(TIP, HOUR - 1);
    assertEquals(2, held(first));
    announced.pass(TIP, HOUR);
    assertEquals(0, held(first));
    assertEquals(1, held(second));
    assertEquals(HOUR + HOUR / 2, announced.nextNanos());
  }

  @Test
  void shouldPurgeWhatHasExpiredBeforeItTakesAnother() {
    flood(A, AnnouncedBlocks.BLOCKS_PER_PEER_MAX);
    now = HOUR;
    assertEquals(1, flood(A, 1).size());
    assertEquals(1, announced.size());
  }

  @Test
  void shouldHoldABoundedNumberOfOnePeerAndStillServeTheOthers() {
    assertEquals(AnnouncedBlocks.BLOCKS_PER_PEER_MAX, flood(A, 200).size());

    assertTrue(offer(B, CHAIN.get(101)));
    assertEquals(List.of(CHAIN.get(101)), take(TIP));
    announced.forget(A);
    assertEquals(0, announced.size());
    assertTrue(offer(A, CHAIN.get(102)), "what is gone does not count");
  }

  @Test
  void shouldRemoveWhatExpiresFirstIfItIsFull() {
    List<Block> all = new ArrayList<>();
    for (int i = 0; i < AnnouncedBlocks.BLOCKS_MAX; i++) {
      all.addAll(flood(PeerId.of("peer" + i), 1));
    }
    assertEquals(1, flood(PeerId.of("late"), 1).size());
    assertEquals(AnnouncedBlocks.BLOCKS_MAX, announced.size());
    assertFalse(announced.has(all.get(0).hash()));
    assertEquals(AnnouncedBlocks.BLOCKS_MAX - 1, held(all));
  }

  @Test
  void shouldNotLetOnePeerDisplaceTheBlocksOfAnother() {
    List<Block> honest = flood(B, 40);
    List<Block> others = flood(C, 10);
    assertEquals(60, flood(A, 60).size());
    assertEquals(AnnouncedBlocks.BLOCKS_MAX, announced.size());
    assertEquals(40, held(honest));
    assertEquals(10, held(others));

    assertEquals(10, flood(C, 10).size(), "a small part may grow");
    assertEquals(40, held(honest), "at the cost of the largest");
    assertEquals(AnnouncedBlocks.BLOCKS_MAX, announced.size());
  }

  @Test
  void shouldHoldABoundedNumberOfBytes() {
    int size = orphan().size();
    announced = new AnnouncedBlocks(4L * size + 8);
    List<Block> honest = flood(B, 1);
    List<Block> sent = flood(A, 10);
    assertEquals(4, announced.size());
    assertEquals(1, held(honest));
    assertEquals(3, held(sent.subList(7, 10)), "its own first ones go");

    announced = new AnnouncedBlocks(size / 2);
    assertEquals(List.of(), flood(A, 1));
  }

  @Test
  void shouldNotDisplaceSmallPartsByOneLargeBlock() {
    Block large =
        TestBlocks.linked(110, Hash.ofLongs(9, 9, 0, 0), 1, block -> block.transactionOf(2_000))
            .get(0);
    int size = orphan().size();
    announced = new AnnouncedBlocks(large.size() + size);
    List<Block> honest = flood(B, 2);
    assertFalse(offer(A, large));
    assertEquals(2, held(honest));
    announced.remove(honest.get(0).hash());
    assertTrue(offer(A, large));
  }
}
