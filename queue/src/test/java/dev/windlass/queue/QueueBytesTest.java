package dev.windlass.queue;

import static dev.windlass.queue.TestLinks.delivery;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.queue.Reservation.Kind;
import dev.windlass.queue.ReservationQueue.RequestBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bytes that are promised, buffered and being inserted, and headers of links. */
class QueueBytesTest extends QueueFixture {
  /** Nothing but the bytes bounds a chain of forty blocks. */
  private static QueueLimits wide(long bytesMax) {
    return LIMITS.with(
        limits -> {
          limits.windowBlocksMax = 1_000;
          limits.windowBytesMax = bytesMax;
          limits.linksAheadMax = 1_000;
        });
  }

  @Test
  void shouldReserveOnlyWhatFitsWhenBytesAreShort() {
    queue = queue(LIMITS.with(limits -> limits.windowBytesMax = 5 * 1_024), CHAIN);
    assertEquals(1_024, queue.blockBytesGuess());
    assertEquals(numbers(1, 5), reserve(A, 20).numbers());
    assertEquals(5 * 1_024, queue.heldBytes());
    assertTrue(queue.isThrottled());
    assertEquals(Optional.empty(), tryReserve(B, 1));
  }

  @Test
  void shouldReserveTheBlockThatAllWaitForWhenNoByteIsLeft() {
    queue = queue(LIMITS.with(limits -> limits.windowBytesMax = 1), CHAIN);
    assertEquals(numbers(1, 1), reserve(A, 20).numbers());
    assertEquals(Optional.empty(), tryReserve(B, 1));
  }

  @Test
  void shouldReserveByThePeersBytesWhenTheyAreFewer() {
    RequestBudget room = new RequestBudget(20, 3 * 1_024);
    Reservation reservation =
        queue.reserve(A, ++lastId, Kind.WHOLE_BLOCKS, room, hash -> false).orElseThrow();
    assertEquals(3, reservation.size());
    RequestBudget tiny = new RequestBudget(20, 1);
    assertEquals(
        1, queue.reserve(B, ++lastId, Kind.WHOLE_BLOCKS, tiny, hash -> false).orElseThrow().size());
  }

  @Test
  void shouldCountBytesFromTheReservationToTheInsert() {
    deliverAll(reserve(A, 4));
    assertEquals(4L * SIZE, queue.heldBytes());
    assertEquals(4L * SIZE, queue.bufferedBytes());
    reserve(A, 2);
    assertEquals(4L * SIZE + 2 * queue.blockBytesGuess(), queue.heldBytes());
    queue.cancel(lastId);
    queue.take(4, Long.MAX_VALUE);
    assertEquals(4L * SIZE, queue.heldBytes());
    queue.inserted(4L * SIZE);
    assertEquals(0, queue.heldBytes());
    assertThrows(IllegalStateException.class, () -> queue.inserted(1));
  }

  /** Reserves a thirty-second of the window, as 2 MiB are of 64. */
  @Test
  void shouldKeepRoomForAWholeAnswerWhileTheWeightOfBlocksIsNotKnown() {
    reserve(A, 1);
    assertEquals(32_768, queue.heldBytes());
    reserve(B, 1);
    assertEquals(2 * 32_768, queue.heldBytes());
    queue.prepare(1, 40, ROOT);
    assertEquals(0, queue.heldBytes());
  }

  @Test
  void shouldKeepRoomForAWholeAnswerForAllButTheFirstThatAPeerOwes() {
    deliverAll(reserve(A, 1));
    long before = queue.heldBytes();
    reserve(B, 1);
    assertEquals(before + queue.blockBytesGuess(), queue.heldBytes());
    reserve(B, 1);
    assertEquals(before + queue.blockBytesGuess() + 32_768, queue.heldBytes());
    reserve(C, 1);
    assertEquals(before + 2 * queue.blockBytesGuess() + 32_768, queue.heldBytes());
  }

  /** Every block asked for comes, and is a hundred times as large as the blocks before. */
  @Test
  void shouldHoldOneAnswerOfEachPeerAboveTheWindowAtMost() {
    List<Block> chain = new ArrayList<>(TestBlocks.linked(1, ROOT, 1));
    for (int number = 2; number <= 1_000; number++) {
      Hash parent = chain.get(chain.size() - 1).hash();
      chain.add(new TestBlock().number(number).parent(parent).extraBytes(20_000).block());
    }
    long answerBytes = 8L * chain.get(999).size();
    QueueLimits limits = wide(32 * answerBytes);
    queue = queue(limits, chain);
    List<Reservation> asked = new ArrayList<>(List.of(reserve(A, 1)));
    int peers = 5;
    while (!asked.isEmpty()) {
      for (Reservation reservation : asked) {
        List<Block> blocks =
            reservation.numbers().stream().map(n -> chain.get((int) (n - 1))).toList();
        queue.deliver(reservation.peer(), reservation.id(), delivery(Verdict.COMPLETE, blocks));
      }
      asked.clear();
      for (int peer = 0; peer < peers; peer++) {
        for (int credit = 0; credit < 4; credit++) {
          tryReserve(PeerId.of("peer" + peer), 8).ifPresent(asked::add);
        }
      }
    }
    assertTrue(
        queue.bufferedBytes() > limits.windowBytesMax() / 2,
        "the window is too empty to test its bound");
    long most = limits.windowBytesMax() + peers * answerBytes;
    assertTrue(queue.bufferedBytes() <= most, queue.bufferedBytes() + " bytes of " + most);
  }

  /** Links count with their headers, which may have a megabyte each. */
  @Test
  void shouldLoadNoMoreLinksWhileTheirHeadersAreTooHeavy() {
    List<Block> chain = new ArrayList<>();
    Hash parent = ROOT;
    for (int number = 1; number <= 8; number++) {
      chain.add(new TestBlock().number(number).parent(parent).extraBytes(1 << 18).block());
      parent = chain.get(number - 1).hash();
    }
    queue = new ReservationQueue(wide(64 << 10));
    queue.prepare(1, 1_000, ROOT);
    queue.offer(TestLinks.proven(chain.subList(0, 3)));
    assertTrue(queue.linksWanted() > 0);
    queue.offer(TestLinks.proven(chain.subList(3, 4)));
    assertEquals(0, queue.linksWanted());
    assertTrue(queue.headerBytes() > 1 << 20);
    Reservation reservation =
        queue
            .reserve(A, ++lastId, Kind.BODIES, new RequestBudget(1, Long.MAX_VALUE), hash -> false)
            .orElseThrow();
    queue.deliver(A, reservation.id(), delivery(Verdict.COMPLETE, chain.subList(0, 1)));
    queue.take(1, Long.MAX_VALUE);
    assertTrue(queue.linksWanted() > 0);
  }

  @Test
  void shouldLearnWhatABlockWeighsWhenBlocksCome() {
    deliverAll(reserve(A, 1));
    assertEquals((3 * 1_024 + SIZE) / 4, queue.blockBytesGuess());
  }
}
