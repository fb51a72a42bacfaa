package dev.windlass.queue;

import static dev.windlass.queue.TestLinks.claimed;
import static dev.windlass.queue.TestLinks.delivery;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.queue.Reservation.Kind;
import dev.windlass.queue.ReservationQueue.RequestBudget;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Work that ends before its last block. */
class EarlyEndTest {
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final Hash ROOT = Hash.ofLongs(1, 2, 3, 4);
  private static final List<Block> CHAIN = TestBlocks.linked(1, ROOT, 40);

  private final ReservationQueue queue = new ReservationQueue(QueueFixture.LIMITS);
  private long lastId;

  @BeforeEach
  void prepare() {
    queue.prepare(1, CHAIN.size(), ROOT);
    queue.offer(claimed(CHAIN.subList(0, queue.linksWanted())));
  }

  private Optional<Reservation> reserve(PeerId peer, int blocks) {
    return queue.reserve(
        peer,
        ++lastId,
        Kind.WHOLE_BLOCKS,
        new RequestBudget(blocks, Long.MAX_VALUE),
        hash -> false);
  }

  private void deliver(Reservation reservation) {
    List<Block> blocks =
        reservation.numbers().stream().map(number -> CHAIN.get((int) (number - 1))).toList();
    queue.deliver(reservation.peer(), reservation.id(), delivery(Verdict.COMPLETE, blocks));
  }

  @Test
  void shouldPromiseNothingAboveWhatWasPromisedOnceItIsClosed() {
    Reservation lower = reserve(A, 3).orElseThrow();
    Reservation upper = reserve(B, 2).orElseThrow();
    assertFalse(queue.isDrained(), "it is not closed");
    queue.close();
    assertEquals(0, queue.linksWanted());
    assertFalse(queue.hasWanted());
    assertEquals(Optional.empty(), reserve(A, 5));

    deliver(upper);
    queue.cancel(lower.id());
    assertTrue(queue.hasWanted(), "a block below those that came is missing");
    Reservation again = reserve(B, 9).orElseThrow();
    assertEquals(List.of(1L, 2L, 3L), again.numbers());
    deliver(again);
    assertFalse(queue.isDrained(), "nothing was taken yet");
    assertEquals(5, queue.take(100, 1 << 20).size());
    assertTrue(queue.isDrained());
    assertFalse(queue.isDone(), "there are blocks above");
  }

  @Test
  void shouldBeDrainedAtOnceIfNothingWasPromised() {
    queue.close();
    assertTrue(queue.isDrained());
  }

  @Test
  void shouldOpenAgainWithTheNextWork() {
    queue.close();
    prepare();
    assertFalse(queue.isDrained());
    assertEquals(4, reserve(A, 4).orElseThrow().numbers().size());
  }

  @Test
  void shouldBeDoneAtAnEarlierLast() {
    queue.prepare(1, CHAIN.size(), ROOT);
    queue.endAt(6);
    queue.offer(claimed(CHAIN.subList(0, queue.linksWanted())));
    assertEquals(7, queue.nextLink());
    deliver(reserve(A, 20).orElseThrow());
    queue.take(100, 1 << 20);
    assertTrue(queue.isDone());
  }

  @Test
  void shouldNotEndBelowALinkThatItHas() {
    long next = queue.nextLink();
    queue.endAt(2);
    deliver(reserve(A, 20).orElseThrow());
    assertEquals(next - 1, queue.take(100, 1 << 20).size() + queue.missing());
  }
}
