package dev.windlass.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.Verdict;
import dev.windlass.queue.Reservation.Kind;
import dev.windlass.queue.ReservationQueue.RequestBudget;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A block that several peers are asked for at once. */
class HedgeTest extends QueueFixture {
  @Test
  void shouldPromiseALateReservationToASecondPeer() {
    Reservation late = reserve(A, 4);
    RequestBudget room = new RequestBudget(3, Long.MAX_VALUE);
    Reservation copy =
        queue.hedge(late.id(), B, ++lastId, Kind.WHOLE_BLOCKS, room, h -> false).orElseThrow();
    assertEquals(numbers(1, 3), copy.numbers());
    assertTrue(copy.isHedged());
    assertEquals(3, deliverAll(copy).accepted());
    DeliveryResult outcome = deliverAll(late);
    assertEquals(1, outcome.accepted());
    assertEquals(3, outcome.hedged());
    assertEquals(0, outcome.refetched());
  }

  @Test
  void shouldMakeNoMoreCopiesThanAllowed() {
    Reservation late = reserve(A, 2);
    RequestBudget room = new RequestBudget(9, Long.MAX_VALUE);
    assertTrue(
        queue.hedge(late.id(), B, ++lastId, Kind.WHOLE_BLOCKS, room, h -> false).isPresent());
    assertEquals(
        Optional.empty(), queue.hedge(late.id(), C, ++lastId, Kind.WHOLE_BLOCKS, room, h -> false));
  }

  @Test
  void shouldNotAskThePeerItselfForTheCopy() {
    Reservation late = reserve(A, 2);
    RequestBudget room = new RequestBudget(9, Long.MAX_VALUE);
    assertEquals(
        Optional.empty(), queue.hedge(late.id(), A, ++lastId, Kind.WHOLE_BLOCKS, room, h -> false));
    assertEquals(
        Optional.empty(), queue.hedge(late.id(), B, ++lastId, Kind.WHOLE_BLOCKS, room, h -> true));
  }

  @Test
  void shouldWantABlockAgainOnlyWhenEveryCopyIsGivenBack() {
    Reservation late = reserve(A, 2);
    RequestBudget room = new RequestBudget(9, Long.MAX_VALUE);
    Reservation copy =
        queue.hedge(late.id(), B, ++lastId, Kind.WHOLE_BLOCKS, room, h -> false).orElseThrow();
    queue.cancel(late.id());
    assertEquals(numbers(3, 3), reserve(C, 1).numbers());
    queue.cancel(copy.id());
    assertEquals(numbers(1, 2), reserve(C, 2).numbers());
  }

  @Test
  void shouldNameTheReservationThatEverythingWaitsFor() {
    assertEquals(Optional.empty(), queue.frontier());
    Reservation low = reserve(A, 2);
    Reservation high = reserve(B, 2);
    assertEquals(Optional.of(low), queue.frontier());
    deliverAll(low);
    assertEquals(Optional.of(high), queue.frontier());
    queue.expire(high.id());
    assertEquals(Optional.empty(), queue.frontier());
  }

  /** Otherwise the queue would not hedge a late reservation again, but wait until its deadline. */
  @Test
  void shouldNameTheReservationThatIsLeftWhenItsCopyBroughtNothing() {
    Reservation late = reserve(A, 2);
    RequestBudget room = new RequestBudget(9, Long.MAX_VALUE);
    Reservation copy =
        queue.hedge(late.id(), B, ++lastId, Kind.WHOLE_BLOCKS, room, h -> false).orElseThrow();
    assertEquals(Optional.of(copy), queue.frontier());
    deliver(copy, Verdict.EMPTY);
    assertEquals(late.id(), queue.frontier().orElseThrow().id());
    queue.cancel(late.id());
    assertEquals(Optional.empty(), queue.frontier());
  }
}
