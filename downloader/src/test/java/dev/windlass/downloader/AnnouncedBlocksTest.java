package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnnouncedBlocksTest {
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final List<Block> CHAIN = TestBlocks.chain(200);

  private final AnnouncedBlocks announced = new AnnouncedBlocks(32 << 20);

  private static BlockId id(int number) {
    return CHAIN.get(number).id();
  }

  @Test
  void shouldHandOutWhatGoesOnFromTheTipInOrder() {
    List<Block> mixed = new ArrayList<>(CHAIN.subList(101, 133));
    Collections.shuffle(mixed, new Random(7));
    mixed.forEach(block -> assertTrue(announced.offer(A, block, id(100))));

    assertEquals(CHAIN.subList(101, 133), announced.take(id(100)).blocks());
    assertEquals(0, announced.size());
    assertEquals(0, announced.bytes());
  }

  @Test
  void shouldWaitForTheGapToBeFilled() {
    announced.offer(A, CHAIN.get(102), id(100));
    assertEquals(List.of(), announced.take(id(100)).blocks());

    announced.offer(B, CHAIN.get(101), id(100));

    AnnouncedBlocks.Run run = announced.take(id(100));
    assertEquals(CHAIN.subList(101, 103), run.blocks());
    assertEquals(A, run.from(), "who sent the last of them");
  }

  @Test
  void shouldHoldEachBlockOnceWhoeverSendsIt() {
    assertTrue(announced.offer(A, CHAIN.get(101), id(100)));
    assertFalse(announced.offer(B, CHAIN.get(101), id(100)));
    assertEquals(1, announced.size());
  }

  @Test
  void shouldDiscardWhatIsFarFromTheTip() {
    assertFalse(announced.offer(A, CHAIN.get(92), id(100)));
    assertTrue(announced.offer(A, CHAIN.get(93), id(100)));
    assertTrue(announced.offer(A, CHAIN.get(132), id(100)));
    assertFalse(announced.offer(A, CHAIN.get(133), id(100)));
  }

  @Test
  void shouldHoldABoundedNumberOfOnePeerAndStillServeTheOthers() {
    int taken = 0;
    for (int salt = 1; salt <= 3; salt++) {
      for (Block block : TestBlocks.fork(CHAIN, 98, salt).subList(101, 133)) {
        taken += announced.offer(A, block, id(100)) ? 1 : 0;
      }
    }
    assertEquals(AnnouncedBlocks.BLOCKS_PER_PEER_MAX, taken);

    assertTrue(announced.offer(B, CHAIN.get(101), id(100)));
    assertEquals(List.of(CHAIN.get(101)), announced.take(id(100)).blocks());
    announced.forget(A);
    assertEquals(0, announced.size());
    assertTrue(announced.offer(A, CHAIN.get(102), id(100)), "what is gone does not count");
  }

  @Test
  void shouldTakeTheBranchThatTheTipIsOn() {
    List<Block> fork = TestBlocks.fork(CHAIN, 100, 5);
    announced.offer(A, fork.get(102), id(100));
    announced.offer(A, CHAIN.get(102), id(100));
    announced.offer(A, CHAIN.get(101), id(100));

    assertEquals(CHAIN.subList(101, 103), announced.take(id(100)).blocks());
    assertEquals(1, announced.size());
  }

  @Test
  void shouldForgetWhatTheTipHasLeftBehind() {
    announced.offer(A, CHAIN.get(101), id(100));
    announced.take(id(108));
    assertEquals(1, announced.size());
    announced.take(id(109));
    assertEquals(0, announced.size());
  }
}
