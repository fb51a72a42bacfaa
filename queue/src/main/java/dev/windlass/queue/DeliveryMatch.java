package dev.windlass.queue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Verdict;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the blocks of one delivery into their slots, and counts them by what they were. One object
 * serves one delivery.
 */
final class DeliveryMatch {
  /**
   * The bounds of what is accepted.
   *
   * @param windowEnd blocks from this number on are not accepted, even if their links are held
   * @param spareBytes bytes of the window that are neither promised nor used
   */
  record Bounds(long windowEnd, long spareBytes) {}

  private final Window window;
  private final long windowEnd;
  private long spareBytes;
  private final Reservation reservation;
  private final boolean isOpen;
  private Map<Hash, Integer> indexes;
  private int expected;

  private int accepted;
  private long acceptedBytes;
  private int refetched;
  private int hedged;
  private int misplaced;
  private int unrequested;
  private final BitSet answered = new BitSet();
  private String invalidChain;
  private long suspectLowest = -1;
  private long suspectHighest = -1;

  /**
   * @param reservation what was asked for, or null if that is not known any more
   * @param isOpen whether the reservation was still open when the answer came
   */
  DeliveryMatch(Window window, Bounds bounds, Reservation reservation, boolean isOpen) {
    this.window = window;
    this.windowEnd = bounds.windowEnd;
    this.spareBytes = bounds.spareBytes;
    this.reservation = reservation;
    this.isOpen = isOpen;
  }

  void accept(Block block) {
    long number = block.number();
    Hash hash = block.hash();
    boolean isInWindow = window.holds(number) && number < windowEnd;
    if (!isInWindow || !window.hash(number).equals(hash)) {
      acceptElsewhere(number, hash);
      return;
    }
    boolean isAskedHere = answers(hash);
    boolean isPromised = isAskedHere && isOpen;
    if (window.block(number) == null && !isPromised && !makeRoom(number, block.size())) {
      unrequested++;
      return;
    }
    if (window.block(number) != null) {
      countDuplicate(number, isAskedHere);
      return;
    }
    if (!window.parentOf(number).equals(block.parentHash())) {
      falseParent("block", number, hash, block.parentHash());
      return;
    }
    window.fill(number, block);
    accepted++;
    acceptedBytes += block.size();
    if (!isAskedHere && reservation != null) {
      misplaced++;
    }
  }

  /** Blocks that a peer was asked for have bytes reserved. Any other block needs spare bytes. */
  private boolean makeRoom(long number, int bytes) {
    if (window.copies(number) > 0) {
      return true;
    }
    if (bytes > spareBytes) {
      return false;
    }
    spareBytes -= bytes;
    return true;
  }

  private void countDuplicate(long number, boolean isAskedHere) {
    if (window.isHedged(number)) {
      hedged++;
    } else if (isAskedHere || reservation == null) {
      refetched++;
    } else {
      misplaced++;
    }
  }

  /** A block that has no slot. It was taken already, has a false number, or is unrequested. */
  private void acceptElsewhere(long number, Hash hash) {
    int index = indexOf(hash);
    if (index < 0) {
      unrequested++;
    } else if (reservation.numbers().get(index) != number) {
      falseNumber("block", number, hash, reservation.numbers().get(index));
    } else {
      answered.set(index);
      if (reservation.isHedged()) {
        hedged++;
      } else {
        refetched++;
      }
    }
  }

  void acceptHeader(BlockHeader header) {
    long number = header.number();
    Hash hash = header.hash();
    int index = indexOf(hash);
    boolean isMissing =
        window.holds(number) && window.header(number) == null && window.hash(number).equals(hash);
    if (index < 0 && reservation == null && isMissing) {
      // Another part of the core has asked for it.
      prove(number, hash, header);
      return;
    }
    if (index < 0) {
      boolean isBelow = !answered.isEmpty();
      if (isBelow) {
        suspectLowest = number + 1;
        suspectHighest = number + 1;
        invalidChain =
            "header " + number + " " + hash + " is a parent that the chain does not have";
      } else {
        unrequested++;
      }
      return;
    }
    if (reservation.numbers().get(index) != number) {
      falseNumber("header", number, hash, reservation.numbers().get(index));
      return;
    }
    answered.set(index);
    prove(number, hash, header);
  }

  private void prove(long number, Hash hash, BlockHeader header) {
    if (!window.holds(number) || window.header(number) != null) {
      refetched++;
      return;
    }
    if (!window.parentOf(number).equals(header.parentHash())) {
      falseParent("header", number, hash, header.parentHash());
      return;
    }
    window.prove(number, header);
    accepted++;
    acceptedBytes += header.size();
  }

  private void falseParent(String what, long number, Hash hash, Hash parent) {
    suspectLowest = number;
    suspectHighest = number;
    invalidChain =
        what
            + " "
            + number
            + " "
            + hash
            + " names parent "
            + parent
            + ", but the chain has "
            + window.parentOf(number);
  }

  /**
   * A false number shows that a link was left out or put in below it, but above every block that
   * fits.
   */
  private void falseNumber(String what, long number, Hash hash, long expectedNumber) {
    suspectHighest = expectedNumber;
    suspectLowest = expectedNumber;
    while (suspectLowest > window.base() && window.block(suspectLowest - 1) == null) {
      suspectLowest--;
    }
    invalidChain =
        what + " " + hash + " has number " + number + ", but the chain has it at " + expectedNumber;
  }

  private boolean answers(Hash hash) {
    int index = indexOf(hash);
    if (index >= 0) {
      answered.set(index);
    }
    return index >= 0;
  }

  /**
   * The index of the hash in the reservation, or -1. Answers mostly come in the order of the
   * question.
   */
  private int indexOf(Hash hash) {
    if (reservation == null) {
      return -1;
    }
    if (expected < reservation.size() && reservation.hashes().get(expected).equals(hash)) {
      return expected++;
    }
    if (indexes == null) {
      indexes = new HashMap<>(2 * reservation.size());
      for (int i = 0; i < reservation.size(); i++) {
        indexes.put(reservation.hashes().get(i), i);
      }
    }
    int index = indexes.getOrDefault(hash, -1);
    expected = index < 0 ? expected : index + 1;
    return index;
  }

  int accepted() {
    return accepted;
  }

  long acceptedBytes() {
    return acceptedBytes;
  }

  String invalidChain() {
    return invalidChain;
  }

  DeliveryResult outcome(Delivery<?> delivery) {
    boolean isEmptyBodies =
        reservation != null
            && reservation.kind() == Reservation.Kind.BODIES
            && delivery.verdict() == Verdict.EMPTY;
    return new DeliveryResult(
        isOpen,
        accepted,
        acceptedBytes,
        refetched,
        hedged,
        misplaced,
        unrequested,
        lacking(delivery),
        isEmptyBodies ? reservation.firstNumber() : -1,
        Optional.ofNullable(invalidChain),
        suspectLowest,
        suspectHighest);
  }

  /**
   * The hashes that the answer shows the peer to lack. The servers of 2015 skip what they lack, so
   * after an empty answer of whole blocks the peer lacks all of them. After an empty answer of
   * headers the peer is on another branch.
   */
  private List<Hash> lacking(Delivery<?> delivery) {
    if (reservation == null) {
      return List.of();
    }
    boolean isNothing =
        delivery.verdict() == Verdict.EMPTY || delivery.verdict() == Verdict.OUT_OF_RANGE;
    if (isNothing && reservation.kind() != Reservation.Kind.BODIES) {
      return reservation.hashes();
    }
    if (reservation.kind() == Reservation.Kind.HEADERS) {
      return List.of();
    }
    return delivery.missing().stream().filter(hash -> indexOf(hash) >= 0).toList();
  }
}
