package dev.windlass.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.Link;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final Hash ROOT = Hash.ofLongs(1, 2, 3, 4);
  private static final List<Block> CHAIN = TestBlocks.linked(100, ROOT, 20);

  private final Window window = new Window(5);

  private void add(int from, int to) {
    TestLinks.claimed(CHAIN.subList(from - 100, to - 99)).forEach(window::add);
  }

  private void fill(long number) {
    window.fill(number, CHAIN.get((int) (number - 100)));
  }

  @Test
  void shouldHoldAtLeastAsManySlotsAsAskedFor() {
    assertEquals(8, window.freeSlots());
    assertEquals(2, new Window(1).freeSlots());
    assertEquals(8, new Window(8).freeSlots());
    assertEquals(16, new Window(9).freeSlots());
  }

  @Test
  void shouldGoAroundTheRingWhenBlocksAreTaken() {
    window.reset(100, ROOT);
    add(100, 107);
    assertEquals(0, window.freeSlots());
    assertThrows(IllegalStateException.class, () -> add(108, 108));
    fill(100);
    fill(101);
    assertSame(CHAIN.get(0), window.takeFirst());
    assertSame(CHAIN.get(1), window.takeFirst());
    add(108, 109);
    assertEquals(CHAIN.get(8).hash(), window.hash(108));
    assertEquals(102, window.nextWanted(0, Long.MAX_VALUE));
    assertEquals(109, window.nextWanted(109, Long.MAX_VALUE), "beyond the ring's end");
    assertEquals(-1, window.nextWanted(0, 102));
    assertEquals(-1, window.nextWanted(110, Long.MAX_VALUE));
    assertEquals(CHAIN.get(1).hash(), window.parentOf(102));
    assertEquals(CHAIN.get(7).hash(), window.parentOf(108));
  }

  @Test
  void shouldFindTheNextWantedBelowItsLimitWhenTheRestIsAsked() {
    window.reset(100, ROOT);
    add(100, 107);
    for (long n = 100; n < 107; n++) {
      window.ask(n, 1);
    }
    assertEquals(107, window.nextWanted(100, 108));
    assertEquals(-1, window.nextWanted(100, 107));
    assertEquals(1, window.wantedCount());
  }

  @Test
  void shouldKnowTheParentOfTheFirstWhenNothingWasTaken() {
    window.reset(100, ROOT);
    add(100, 101);
    assertEquals(ROOT, window.parentOf(100));
    assertEquals(CHAIN.get(0).hash(), window.parentOf(101));
  }

  @Test
  void shouldGrowTheFilledPrefixOverWhatIsThere() {
    window.reset(100, ROOT);
    add(100, 105);
    fill(101);
    fill(103);
    assertEquals(0, window.filledPrefix());
    fill(100);
    assertEquals(2, window.filledPrefix());
    fill(102);
    assertEquals(4, window.filledPrefix());
    assertEquals(4, window.buffered());
    assertEquals(2, window.wantedCount());
  }

  @Test
  void shouldWantASlotAgainWhenItsLastCopyIsReleased() {
    window.reset(100, ROOT);
    add(100, 100);
    window.ask(100, 1);
    assertFalse(window.isHedged(100));
    window.ask(100, 2);
    assertTrue(window.isHedged(100));
    assertEquals(2, window.copies(100));
    assertEquals(2, window.owner(100), "the newest owner is waited for");
    window.release(100, 2);
    assertEquals(0, window.owner(100));
    assertEquals(-1, window.nextWanted(100, 101));
    window.release(100, 1);
    assertEquals(100, window.nextWanted(100, 101));
    assertFalse(window.isHedged(100));
    assertThrows(IllegalStateException.class, () -> window.release(100, 1));
  }

  @Test
  void shouldNotWantASlotAgainWhenItsBlockIsThere() {
    window.reset(100, ROOT);
    add(100, 100);
    window.ask(100, 1);
    fill(100);
    window.release(100, 1);
    assertEquals(-1, window.nextWanted(100, 101));
    assertEquals(0, window.wantedCount());
  }

  @Test
  void shouldWantAHeaderWhileNeitherItNorTheBlockIsThere() {
    window.reset(100, ROOT);
    add(100, 102);
    window.add(Link.proven(CHAIN.get(3).header()));
    assertEquals(100, window.nextHeaderWanted(100, 200));
    window.headerAsked(100, true);
    assertEquals(101, window.nextHeaderWanted(100, 200));
    window.prove(101, CHAIN.get(1).header());
    fill(102);
    assertEquals(-1, window.nextHeaderWanted(100, 200));
    window.headerAsked(100, false);
    window.headerAsked(101, false);
    assertEquals(100, window.nextHeaderWanted(100, 200));
    assertEquals(-1, window.nextHeaderWanted(101, 200));
  }

  @Test
  void shouldKeepNothingOfATakenSlot() {
    window.reset(100, ROOT);
    add(100, 101);
    window.ask(100, 1);
    window.ask(100, 2);
    fill(100);
    window.takeFirst();
    assertFalse(window.holds(100));
    assertEquals(-1, window.find(CHAIN.get(0).hash()));
    assertEquals(101, window.find(CHAIN.get(1).hash()));
    assertNull(window.block(108), "the slot that 108 will have");
    assertEquals(0, window.copies(108));
    assertFalse(window.isHedged(108));
  }
}
