package dev.windlass.queue;

import dev.windlass.chain.exchange.PeerId;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The reservations that are open, and those that are overdue.
 *
 * <p>Owned by {@link ReservationQueue}. Ids only grow, and one is closed at most once.
 */
final class Reservations {
  /** Overdue reservations that are remembered. A later answer counts as unrequested. */
  private static final int EXPIRED_MAX = 256;

  private final Map<Long, Reservation> open = new HashMap<>();
  private final Map<Long, Reservation> expired = new LinkedHashMap<>();
  private long lastId;

  /** Forgets all reservations. Ids are still not used again. */
  void clear() {
    open.clear();
    expired.clear();
  }

  void useUp(long id) {
    if (id <= lastId) {
      throw new IllegalStateException("reservation id " + id + " was used before");
    }
    lastId = id;
  }

  void add(Reservation reservation) {
    open.put(reservation.id(), reservation);
  }

  /** An open reservation, or null. */
  Reservation open(long id) {
    return open.get(id);
  }

  /** Takes out an open reservation; null if it is not open. */
  Collection<Reservation> all() {
    return open.values();
  }

  Reservation remove(long id) {
    return open.remove(id);
  }

  /** The same for an answer. It closes only a reservation of the peer that sent it. */
  Reservation close(PeerId from, long id) {
    Reservation reservation = open.get(id);
    return reservation != null && reservation.peer().equals(from) ? open.remove(id) : null;
  }

  /** Remembers a reservation that was removed because its answer is overdue. */
  void remember(Reservation overdue) {
    expired.put(overdue.id(), overdue);
    if (expired.size() > EXPIRED_MAX) {
      Iterator<Long> oldest = expired.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Removes an overdue reservation of this peer whose answer has come. Null if there is none. */
  Reservation closeOverdue(PeerId from, long id) {
    Reservation late = expired.get(id);
    return late != null && late.peer().equals(from) ? expired.remove(id) : null;
  }

  /** The ids of this peer's open reservations, oldest first. */
  List<Long> openWith(PeerId peer) {
    return open.values().stream()
        .filter(reservation -> reservation.peer().equals(peer))
        .map(Reservation::id)
        .sorted()
        .toList();
  }

  /** Whether this peer owes no blocks. */
  boolean owesNothing(PeerId peer) {
    return open.values().stream().noneMatch(reservation -> reservation.isOf(peer));
  }

  /** Whether this peer is asked for a block, or for its header. */
  boolean isAsked(PeerId peer, long number) {
    return open.values().stream()
        .anyMatch(reservation -> reservation.peer().equals(peer) && has(reservation, number));
  }

  private static boolean has(Reservation reservation, long number) {
    return Collections.binarySearch(reservation.numbers(), number) >= 0;
  }

  /** How many reservations of headers are open. */
  long headerQuestions() {
    return open.values().stream().filter(Reservations::isOfHeaders).count();
  }

  private static boolean isOfHeaders(Reservation reservation) {
    return reservation.kind() == Reservation.Kind.HEADERS;
  }

  /** The newest reservation that owes a block. */
  Optional<Reservation> newestWith(long number) {
    return open.values().stream()
        .filter(reservation -> !isOfHeaders(reservation) && has(reservation, number))
        .max(Comparator.comparingLong(Reservation::id));
  }

  int size() {
    return open.size();
  }
}
