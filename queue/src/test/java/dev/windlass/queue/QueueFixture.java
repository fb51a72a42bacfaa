package dev.windlass.queue;

import static dev.windlass.queue.TestLinks.claimed;
import static dev.windlass.queue.TestLinks.delivery;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.queue.Reservation.Kind;
import dev.windlass.queue.ReservationQueue.RequestBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A queue over a chain of forty blocks, with helpers to reserve and deliver. */
abstract class QueueFixture {
  static final PeerId A = PeerId.of("a");
  static final PeerId B = PeerId.of("b");
  static final PeerId C = PeerId.of("c");
  static final Hash ROOT = Hash.ofLongs(1, 2, 3, 4);
  static final List<Block> CHAIN = TestBlocks.linked(1, ROOT, 40);
  static final int SIZE = CHAIN.get(0).size();

  static final QueueLimits LIMITS =
      QueueLimits.DEFAULT.with(
          limits -> {
            limits.windowBlocksMax = 20;
            limits.windowBytesMax = 1 << 20;
            limits.linksAheadMax = 10;
            limits.copiesMax = 2;
          });

  ReservationQueue queue = queue(LIMITS, CHAIN);
  long lastId;

  static ReservationQueue queue(QueueLimits limits, List<Block> chain) {
    ReservationQueue queue = new ReservationQueue(limits);
    queue.prepare(1, chain.size(), ROOT);
    queue.offer(claimed(chain.subList(0, Math.min(chain.size(), queue.linksWanted()))));
    return queue;
  }

  Optional<Reservation> tryReserve(PeerId peer, int blocks) {
    RequestBudget room = new RequestBudget(blocks, Long.MAX_VALUE);
    return queue.reserve(peer, ++lastId, Kind.WHOLE_BLOCKS, room, hash -> false);
  }

  Reservation reserve(PeerId peer, int blocks) {
    return tryReserve(peer, blocks).orElseThrow();
  }

  static List<Block> blocks(Reservation reservation) {
    return reservation.numbers().stream().map(n -> CHAIN.get((int) (n - 1))).toList();
  }

  DeliveryResult deliverAll(Reservation reservation) {
    return queue.deliver(
        reservation.peer(), reservation.id(), delivery(Verdict.COMPLETE, blocks(reservation)));
  }

  DeliveryResult deliver(Reservation reservation, Verdict verdict, Block... blocks) {
    return queue.deliver(reservation.peer(), reservation.id(), delivery(verdict, List.of(blocks)));
  }

  static List<Long> numbers(long from, long to) {
    List<Long> numbers = new ArrayList<>();
    for (long n = from; n <= to; n++) {
      numbers.add(n);
    }
    return numbers;
  }
}
