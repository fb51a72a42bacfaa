package dev.windlass.queue;

import static dev.windlass.queue.TestLinks.claimed;
import static dev.windlass.queue.TestLinks.delivery;
import static dev.windlass.queue.TestLinks.proven;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Link;
import dev.windlass.queue.Reservation.Kind;
import dev.windlass.queue.ReservationQueue.RequestBudget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservationQueueTest extends QueueFixture {

  @Test
  void shouldHandOutTheOldestFirstWhenPeersAsk() {
    assertEquals(numbers(1, 5), reserve(A, 5).numbers());
    assertEquals(numbers(6, 8), reserve(B, 3).numbers());
    assertEquals(8, queue.blocksInFlight());
    assertEquals(2, queue.inFlight());
  }

  @Test
  void shouldHandOutTheOldestAgainWhenAReservationIsCancelled() {
    Reservation first = reserve(A, 5);
    reserve(B, 5);
    assertEquals(Optional.of(first), queue.cancel(first.id()));
    assertEquals(numbers(1, 5), reserve(C, 5).numbers());
    assertEquals(Optional.empty(), queue.cancel(first.id()));
  }

  @Test
  void shouldGiveBackEverythingOfAPeerWhenItLeaves() {
    reserve(A, 3);
    reserve(B, 3);
    reserve(A, 3);
    assertEquals(2, queue.cancelAll(A));
    assertEquals(3, queue.blocksInFlight());
    Reservation again = reserve(B, 9);
    assertEquals(List.of(1L, 2L, 3L, 7L, 8L, 9L, 10L, 11L, 12L), again.numbers());
  }

  @Test
  void shouldRefuseAnIdWhenItWasUsedBefore() {
    Reservation first = reserve(A, 2);
    queue.cancel(first.id());
    RequestBudget room = new RequestBudget(2, 1_000);
    assertThrows(
        IllegalStateException.class,
        () -> queue.reserve(B, first.id(), Kind.WHOLE_BLOCKS, room, hash -> false));
    assertThrows(
        IllegalStateException.class,
        () -> queue.hedge(1, B, first.id(), Kind.WHOLE_BLOCKS, room, hash -> false));
  }

  @Test
  void shouldUseUpAnIdWhenNothingSuits() {
    RequestBudget room = new RequestBudget(2, 1_000);
    assertEquals(Optional.empty(), queue.reserve(A, 7, Kind.WHOLE_BLOCKS, room, hash -> true));
    assertThrows(
        IllegalStateException.class,
        () -> queue.reserve(A, 7, Kind.WHOLE_BLOCKS, room, hash -> false));
  }

  @Test
  void shouldPassOverWhatAPeerLacks() {
    Set<Hash> lacks = Set.of(CHAIN.get(0).hash(), CHAIN.get(2).hash());
    RequestBudget room = new RequestBudget(3, Long.MAX_VALUE);
    Reservation reservation =
        queue.reserve(A, ++lastId, Kind.WHOLE_BLOCKS, room, lacks::contains).orElseThrow();
    assertEquals(List.of(2L, 4L, 5L), reservation.numbers());
    assertEquals(List.of(1L, 3L), reserve(B, 2).numbers());
  }

  /** The table of btcd's TestBuildBlockRequestSkipsInflightBlocks, with eleven blocks. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none        |                       | 1 2 3 4 5 6 7 8 9 10 11",
        "all         | 1 2 3 4 5 6 7 8 9 10 11 |",
        "first five  | 1 2 3 4 5             | 6 7 8 9 10 11",
        "last six    | 6 7 8 9 10 11         | 1 2 3 4 5",
        "alternating | 1 3 5 7 9 11          | 2 4 6 8 10"
      })
  void shouldSkipBlocksInFlight(String name, String inFlight, String left) {
    queue = queue(LIMITS, CHAIN.subList(0, 11));
    RequestBudget room = new RequestBudget(11, Long.MAX_VALUE);
    List<Long> asked = list(inFlight);
    queue.reserve(
        A,
        ++lastId,
        Kind.WHOLE_BLOCKS,
        room,
        hash -> asked.stream().noneMatch(n -> CHAIN.get((int) (n - 1)).hash().equals(hash)));
    assertEquals(list(left), tryReserve(B, 11).map(Reservation::numbers).orElse(List.of()), name);
    assertEquals(11, queue.blocksInFlight());
    assertTrue(tryReserve(C, 11).isEmpty(), "nothing is left for a third peer");
  }

  private static List<Long> list(String numbers) {
    return numbers == null ? List.of() : Stream.of(numbers.split(" ")).map(Long::valueOf).toList();
  }

  /** Weakness 15 of 2015: the queue popped and pushed each ignored hash again for every peer. */
  @Test
  void shouldLookAtEachWantedLinkOnceWhenAPeerLacksAll() {
    reserve(B, 15);
    int[] looks = new int[1];
    Optional<Reservation> none =
        queue.reserve(
            A,
            ++lastId,
            Kind.WHOLE_BLOCKS,
            new RequestBudget(5, Long.MAX_VALUE),
            hash -> {
              looks[0]++;
              return true;
            });
    assertEquals(Optional.empty(), none);
    assertEquals(5, looks[0], "five of twenty were wanted");
    assertEquals(numbers(16, 20), reserve(C, 9).numbers());
  }

  @Test
  void shouldLetNothingBeReservedAboveTheWindow() {
    assertEquals(numbers(1, 20), reserve(A, 30).numbers());
    assertTrue(queue.isThrottled());
    assertEquals(Optional.empty(), tryReserve(B, 1));
    assertFalse(queue.hasWanted());
  }

  @Test
  void shouldMoveTheWindowWhenARunIsTaken() {
    deliverAll(reserve(A, 3));
    reserve(B, 30);
    assertTrue(queue.isThrottled());
    assertEquals(3, queue.take(10, Long.MAX_VALUE).size());
    assertFalse(queue.isThrottled());
    assertEquals(numbers(21, 23), reserve(C, 30).numbers());
  }

  @Test
  void shouldTakeTheLongestCompleteRunWithinItsBounds() {
    Reservation low = reserve(A, 4);
    Reservation high = reserve(B, 4);
    deliverAll(high);
    assertFalse(queue.hasCompleteRun());
    assertEquals(List.of(), queue.take(10, Long.MAX_VALUE));
    deliverAll(low);
    assertEquals(8, queue.completeRunLength());
    assertEquals(Optional.of(CHAIN.get(0)), queue.headBlock());
    assertEquals(CHAIN.subList(0, 3), queue.take(3, Long.MAX_VALUE));
    assertEquals(CHAIN.subList(3, 5), queue.take(10, 2L * SIZE));
    assertEquals(CHAIN.subList(5, 6), queue.take(10, 1), "one at least");
    assertEquals(7, queue.offset());
  }

  @Test
  void shouldWantTheRestAtOnceWhenAPrefixComes() {
    Reservation reservation = reserve(A, 4);
    DeliveryResult outcome = deliver(reservation, Verdict.PREFIX, CHAIN.get(0), CHAIN.get(1));
    assertEquals(2, outcome.accepted());
    assertEquals(2L * SIZE, outcome.acceptedBytes());
    assertEquals(List.of(), outcome.lacking(), "it may have the rest");
    assertTrue(outcome.wasReserved());
    assertEquals(numbers(3, 5), reserve(B, 3).numbers());
  }

  @Test
  void shouldNoteWhatIsLackingWhenAReplyHasHoles() {
    Reservation reservation = reserve(A, 4);
    Delivery<Block> holey =
        new Delivery<>(
            Verdict.COMPACTED,
            List.of(CHAIN.get(0), CHAIN.get(2)),
            1,
            "",
            List.of(CHAIN.get(1).hash(), CHAIN.get(9).hash()));
    DeliveryResult outcome = queue.deliver(A, reservation.id(), holey);
    assertEquals(List.of(CHAIN.get(1).hash()), outcome.lacking(), "of what it was asked for");
    assertEquals(List.of(2L, 4L), reserve(B, 2).numbers());
  }

  @Test
  void shouldNoteThatAllIsLackingWhenAReplyIsEmpty() {
    Reservation reservation = reserve(A, 3);
    DeliveryResult outcome = deliver(reservation, Verdict.EMPTY);
    assertEquals(reservation.hashes(), outcome.lacking());
    assertEquals(numbers(1, 3), reserve(B, 3).numbers());
    DeliveryResult beyond = deliver(reserve(A, 2), Verdict.OUT_OF_RANGE);
    assertEquals(2, beyond.lacking().size());
  }

  /** Today's servers end an answer at the first hash that they do not have. */
  @Test
  void shouldNoteThatOnlyTheFirstIsLackingWhenAReplyOfBodiesIsEmpty() {
    queue.prepare(1, 100, ROOT);
    queue.offer(CHAIN.stream().limit(4).map(block -> Link.proven(block.header())).toList());
    Reservation reservation =
        queue
            .reserve(A, ++lastId, Kind.BODIES, new RequestBudget(3, Long.MAX_VALUE), h -> false)
            .orElseThrow();
    Hash first = reservation.hashes().get(0);
    DeliveryResult outcome =
        queue.deliver(
            A, reservation.id(), new Delivery<>(Verdict.EMPTY, List.of(), 1, "", List.of(first)));
    assertEquals(List.of(first), outcome.lacking());
    assertEquals(1, outcome.emptyFrom());
  }

  @Test
  void shouldPassOverWhatNobodyServesAndKeepWhatIsBuffered() {
    Reservation low = reserve(A, 3);
    Reservation high = reserve(B, 3);
    deliverAll(high);
    assertEquals(4, queue.lowestBuffered());
    queue.cancel(low.id());
    queue.skipTo(4, CHAIN.get(2).hash());
    assertEquals(4, queue.offset());
    assertEquals(3, queue.completeRunLength());
    assertEquals(3, queue.take(10, Long.MAX_VALUE).size());
    assertEquals(numbers(7, 8), reserve(A, 2).numbers());
  }

  @Test
  void shouldBeginAnewWhenWhatIsPassedOverReachesBeyondTheWindow() {
    deliverAll(reserve(A, 1));
    queue.skipTo(90, Hash.ZERO);
    assertEquals(90, queue.offset());
    assertEquals(90, queue.nextLink());
    assertEquals(0, queue.bufferedBytes());
    assertEquals(0, queue.buffered());
  }

  @Test
  void shouldAskAPeerForNothingBelowItsLowest() {
    Reservation above =
        queue
            .reserve(
                A,
                ++lastId,
                Kind.WHOLE_BLOCKS,
                new RequestBudget(3, Long.MAX_VALUE, 5, Long.MAX_VALUE),
                h -> false)
            .orElseThrow();
    assertEquals(numbers(5, 7), above.numbers());
    assertEquals(numbers(1, 4), reserve(B, 4).numbers());
  }

  @Test
  void shouldTakeABlockThatWasFetchedOutsideOnce() {
    assertTrue(queue.put(CHAIN.get(0)));
    assertFalse(queue.put(CHAIN.get(0)));
    assertFalse(queue.put(new TestBlock().number(1).parent(Hash.ofLongs(9, 9, 9, 9)).block()));
    assertEquals(1, queue.completeRunLength());
    assertEquals(CHAIN.get(0).size(), queue.bufferedBytes());
  }

  @Test
  void shouldCloseNothingWhenAnotherPeerAnswers() {
    Reservation reservation = reserve(A, 3);
    DeliveryResult intruding =
        queue.deliver(B, reservation.id(), delivery(Verdict.EMPTY, List.of()));
    assertFalse(intruding.wasReserved());
    assertEquals(List.of(), intruding.lacking());
    assertEquals(1, queue.inFlight());
    assertEquals(3, deliverAll(reservation).accepted());
  }

  @Test
  void shouldCloseAReservationOnceWhenItsAnswerComesTwice() {
    Reservation reservation = reserve(A, 3);
    assertEquals(3, deliverAll(reservation).accepted());
    DeliveryResult again = deliverAll(reservation);
    assertFalse(again.wasReserved());
    assertEquals(0, again.accepted());
    assertEquals(3, again.refetched());
    assertEquals(0, queue.blocksInFlight());
  }

  @Test
  void shouldTakeALateAnswerWhenItIsStillWanted() {
    Reservation late = reserve(A, 4);
    assertEquals(Optional.of(late), queue.expire(late.id()));
    Reservation second = reserve(B, 2);
    assertEquals(numbers(1, 2), second.numbers());
    deliverAll(second);
    DeliveryResult outcome = deliverAll(late);
    assertFalse(outcome.wasReserved());
    assertEquals(2, outcome.accepted(), "3 and 4 were still wanted");
    assertEquals(2, outcome.refetched(), "1 and 2 had come before");
    assertEquals(numbers(5, 6), reserve(C, 2).numbers());
  }

  @Test
  void shouldCallUnrequestedWhatNobodyAskedFor() {
    Reservation reservation = reserve(A, 2);
    Block unrequested = new TestBlock().number(1).parent(Hash.ofLongs(9, 9, 9, 9)).block();
    DeliveryResult outcome =
        deliver(reservation, Verdict.COMPLETE, CHAIN.get(0), CHAIN.get(1), unrequested);
    assertEquals(2, outcome.accepted());
    assertEquals(1, outcome.unrequested());
    assertFalse(outcome.isStale());
    assertEquals(Optional.empty(), outcome.invalidChain());
  }

  @Test
  void shouldCallADeliveryStaleWhenNothingInItWasAsked() {
    reserve(B, 2);
    Reservation reservation = reserve(A, 2);
    DeliveryResult outcome =
        deliver(
            reservation,
            Verdict.EMPTY,
            new TestBlock().number(1).parent(Hash.ofLongs(9, 9, 9, 9)).block());
    assertTrue(outcome.isStale());
    assertEquals(numbers(3, 4), reserve(C, 2).numbers());
  }

  /** An honest peer may mix its answers up. The block is valid, so it fills its slot. */
  @Test
  void shouldUseABlockThatAnotherReservationAskedFor() {
    Reservation other = reserve(B, 2);
    Reservation reservation = reserve(A, 2);
    DeliveryResult outcome = deliver(reservation, Verdict.COMPLETE, CHAIN.get(0));
    assertEquals(1, outcome.accepted());
    assertEquals(1, outcome.misplaced());
    DeliveryResult late = deliverAll(other);
    assertEquals(1, late.accepted());
    assertEquals(1, late.refetched());
  }

  @Test
  void shouldTakeNothingAboveTheWindowThoughItsLinkIsHeld() {
    Reservation reservation = reserve(A, 2);
    DeliveryResult outcome = deliver(reservation, Verdict.COMPLETE, CHAIN.get(24));
    assertEquals(0, outcome.accepted());
    assertEquals(1, outcome.unrequested());
    assertEquals(0, queue.buffered());
  }

  @Test
  void shouldRefuseTheChainWhenABlockHasAnotherNumber() {
    List<Block> fives = new ArrayList<>();
    Hash parent = ROOT;
    for (int i = 0; i < 10; i++) {
      fives.add(new TestBlock().number(5).parent(parent).block());
      parent = fives.get(i).hash();
    }
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      links.add(Link.claimed(i + 1, fives.get(i).hash()));
    }
    queue.prepare(1, 10, ROOT);
    queue.offer(links);
    Reservation reservation = reserve(A, 1);
    DeliveryResult outcome = deliver(reservation, Verdict.COMPLETE, fives.get(0));
    assertTrue(outcome.invalidChain().orElseThrow().contains("number 5"), outcome::toString);
    assertEquals(0, queue.buffered());
  }

  @Test
  void shouldRefuseTheChainWhenABlockHasAnotherParent() {
    List<Block> swapped = new ArrayList<>(CHAIN.subList(0, 10));
    Collections.swap(swapped, 4, 5);
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      links.add(Link.claimed(i + 1, swapped.get(i).hash()));
    }
    queue.prepare(1, 10, ROOT);
    queue.offer(links);
    Reservation reservation = reserve(A, 10);
    DeliveryResult outcome =
        queue.deliver(A, reservation.id(), delivery(Verdict.COMPLETE, swapped));
    assertTrue(outcome.invalidChain().isPresent());
    assertEquals(4, outcome.accepted(), "the blocks below are valid");
  }

  @Test
  void shouldGiveBodiesOnlyOfProvenLinks() {
    queue.prepare(1, 40, ROOT);
    queue.offer(claimed(CHAIN.subList(0, 2)));
    queue.offer(proven(CHAIN.subList(2, 5)));
    RequestBudget room = new RequestBudget(9, Long.MAX_VALUE);
    Reservation bodies = queue.reserve(A, ++lastId, Kind.BODIES, room, h -> false).orElseThrow();
    assertEquals(numbers(3, 5), bodies.numbers());
    assertEquals(CHAIN.get(2).header(), bodies.headers().get(0));
    assertTrue(queue.hasUnproven());
    assertEquals(numbers(1, 2), reserve(B, 9).numbers());
  }

  @Test
  void shouldProveClaimedLinksWhenTheirHeadersCome() {
    RequestBudget room = new RequestBudget(4, Long.MAX_VALUE);
    Reservation asked = queue.reserve(A, ++lastId, Kind.HEADERS, room, h -> false).orElseThrow();
    assertEquals(
        new Question.Headers(HeaderQuery.byHash(CHAIN.get(3).hash(), asked.size())),
        asked.question());
    assertEquals(0, queue.heldBytes(), "headers are no blocks");
    DeliveryResult outcome = queue.deliverHeaders(A, asked.id(), headers(3, 1));
    assertEquals(3, outcome.accepted());
    Reservation bodies = queue.reserve(B, ++lastId, Kind.BODIES, room, h -> false).orElseThrow();
    assertEquals(numbers(2, 4), bodies.numbers(), "the rest of the answer is asked again");
    Reservation again = queue.reserve(A, ++lastId, Kind.HEADERS, room, h -> false).orElseThrow();
    assertEquals(numbers(1, 1), again.numbers());
  }

  @Test
  void shouldPromiseHeadersOnlyFromTheNumbersThatAPeerHas() {
    RequestBudget room = new RequestBudget(9, Long.MAX_VALUE, 4, 7);
    Reservation asked = queue.reserve(A, ++lastId, Kind.HEADERS, room, h -> false).orElseThrow();
    assertEquals(numbers(4, 7), asked.numbers());
    assertTrue(queue.reserve(A, ++lastId, Kind.HEADERS, room, h -> false).isEmpty());
  }

  /** An answer to a walk that came first from another peer would count as refetched. */
  @Test
  void shouldTakeFromAnotherPartsAnswerOnlyTheHeadersThatAreMissing() {
    queue.prepare(1, 40, ROOT);
    queue.offer(claimed(CHAIN.subList(0, 2)));
    queue.offer(proven(CHAIN.subList(2, 5)));
    DeliveryResult outcome = queue.deliverHeaders(A, ++lastId, headers(4, 1));
    assertEquals(1, outcome.accepted(), "header 2");
    assertEquals(0, outcome.refetched());
    RequestBudget room = new RequestBudget(9, Long.MAX_VALUE);
    Reservation bodies = queue.reserve(B, ++lastId, Kind.BODIES, room, h -> false).orElseThrow();
    assertEquals(numbers(2, 5), bodies.numbers());
  }

  /** Headers of the chain, newest first. */
  private static Delivery<BlockHeader> headers(int from, int to) {
    List<BlockHeader> headers = new ArrayList<>();
    for (int i = from; i >= to; i--) {
      headers.add(CHAIN.get(i).header());
    }
    return Delivery.of(Verdict.PREFIX, headers, 1);
  }

  @Test
  void shouldRefuseTheChainWhenAHeaderNamesAParentThatIsNotListed() {
    List<Block> other = TestBlocks.linked(1, Hash.ofLongs(5, 5, 5, 5), 10);
    queue.prepare(1, 10, ROOT);
    queue.offer(claimed(other));
    RequestBudget room = new RequestBudget(10, Long.MAX_VALUE);
    Reservation asked = queue.reserve(A, ++lastId, Kind.HEADERS, room, h -> false).orElseThrow();
    Delivery<BlockHeader> lowest = Delivery.of(Verdict.COMPLETE, List.of(other.get(0).header()), 1);
    DeliveryResult outcome = queue.deliverHeaders(A, asked.id(), lowest);
    assertTrue(outcome.invalidChain().isPresent(), outcome::toString);
  }

  @Test
  void shouldAskForMoreLinksBeforeTheWindowRunsDry() {
    assertEquals(0, queue.linksWanted(), "links are held ahead");
    assertEquals(33, queue.nextLink(), "a ring of 32");
    reserve(A, 20);
    assertEquals(0, queue.linksWanted(), "and the ring is full");
    queue.cancelAll(A);
    deliverAll(reserve(A, 20));
    queue.take(20, Long.MAX_VALUE);
    reserve(B, 20);
    assertEquals(8, queue.linksWanted(), "33 to 40");
    queue.offer(claimed(CHAIN.subList(32, 40)));
    assertEquals(0, queue.linksWanted());
  }

  @Test
  void shouldRefuseLinksThatDoNotFollow() {
    queue.prepare(1, 3, ROOT);
    assertThrows(IllegalStateException.class, () -> queue.offer(claimed(CHAIN.subList(1, 2))));
    assertThrows(IllegalStateException.class, () -> queue.offer(claimed(CHAIN.subList(0, 4))));
  }

  @Test
  void shouldTellItsSizes() {
    assertEquals(32, queue.missing());
    assertEquals(32, queue.pending());
    Reservation reservation = reserve(A, 4);
    assertEquals(28, queue.pending());
    deliver(reservation, Verdict.PREFIX, CHAIN.get(0), CHAIN.get(1));
    assertEquals(30, queue.missing());
    assertEquals(2, queue.buffered());
    assertTrue(queue.has(CHAIN.get(0).hash()));
    assertEquals(Optional.of(CHAIN.get(1)), queue.block(CHAIN.get(1).hash()));
    assertEquals(Optional.empty(), queue.block(CHAIN.get(5).hash()));
    assertFalse(queue.has(Hash.ZERO));
    queue.take(1, Long.MAX_VALUE);
    assertFalse(queue.has(CHAIN.get(0).hash()));
  }

  @Test
  void shouldHoldNothingWhenReset() {
    deliverAll(reserve(A, 4));
    reserve(B, 4);
    queue.reset();
    assertEquals(0, queue.missing());
    assertEquals(0, queue.buffered());
    assertEquals(0, queue.inFlight());
    assertEquals(0, queue.heldBytes());
    assertTrue(queue.isDone());
    assertEquals(0, queue.linksWanted());
  }

  @Test
  void shouldBeDoneWhenTheLastBlockIsTaken() {
    queue = queue(LIMITS, CHAIN.subList(0, 3));
    deliverAll(reserve(A, 9));
    assertFalse(queue.isDone());
    queue.take(3, Long.MAX_VALUE);
    assertTrue(queue.isDone());
    assertFalse(queue.isThrottled());
  }
}
