package dev.windlass.peerset;

import dev.windlass.chain.Hash;
import dev.windlass.peerset.Wanted.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The open requests: by ticket, and by the hash of each header and block that they ask for. A
 * request has its peer and its deadline.
 *
 * <p>Owned by {@link PeerSet}. It is the only record of what is asked for, whichever part of the
 * core has asked. Invariant: several requests for the same item go to several peers, and all but
 * one of them are copies.
 *
 * <p>What the queue has reserved is looked for in its requests, because noting each of a million
 * blocks a second costs a third of that rate, and few others look for them.
 */
final class InFlight {
  private final Map<Long, Request> requests = new HashMap<>();

  /** The tickets of the requests that the queue has not reserved. */
  private final Map<Item, Map<Hash, List<Long>>> besides = new EnumMap<>(Item.class);

  InFlight() {
    for (Item item : Item.values()) {
      besides.put(item, new HashMap<>());
    }
  }

  void add(Request request) {
    requests.put(request.ticket(), request);
    if (!request.wanted().isReserved()) {
      Map<Hash, List<Long>> byHash = besides.get(request.wanted().item());
      for (Hash hash : request.wanted().hashes()) {
        byHash.computeIfAbsent(hash, named -> new ArrayList<>(1)).add(request.ticket());
      }
    }
  }

  /** Moves the deadline of an open request. */
  void replace(Request later) {
    requests.replace(later.ticket(), later);
  }

  /** Null if there is none. */
  Request get(long ticket) {
    return requests.get(ticket);
  }

  void remove(long ticket) {
    Request request = requests.remove(ticket);
    if (request == null || request.wanted().isReserved()) {
      return;
    }
    Map<Hash, List<Long>> byHash = besides.get(request.wanted().item());
    for (Hash hash : request.wanted().hashes()) {
      byHash.computeIfPresent(hash, (named, asked) -> without(asked, ticket));
    }
  }

  private static List<Long> without(List<Long> asked, long ticket) {
    asked.remove(ticket);
    return asked.isEmpty() ? null : asked;
  }

  void clear() {
    requests.clear();
    besides.values().forEach(Map::clear);
  }

  Collection<Request> all() {
    return Collections.unmodifiableCollection(requests.values());
  }

  /** The requests for an item. */
  List<Request> of(Item item, Hash hash) {
    List<Request> found = new ArrayList<>(besides(item, hash));
    for (Request request : requests.values()) {
      Wanted wanted = request.wanted();
      if (wanted.isReserved() && wanted.item() == item && wanted.hashes().contains(hash)) {
        found.add(request);
      }
    }
    return found;
  }

  /** The requests for an item that the queue has not reserved, oldest first. */
  List<Request> besides(Item item, Hash hash) {
    List<Long> asked = besides.get(item).get(hash);
    return asked == null ? List.of() : asked.stream().map(requests::get).toList();
  }

  /** Whether there is any request for such items that the queue has not reserved. */
  boolean isAnyBesides(Item item) {
    return !besides.get(item).isEmpty();
  }

  int size() {
    return requests.size();
  }

  /** Throws if an item is asked for twice without need, or if the two records disagree. */
  void checkInvariants() {
    int wanted = 0;
    int noted =
        besides.values().stream().flatMap(m -> m.values().stream()).mapToInt(List::size).sum();
    Map<Item, Map<Hash, List<Request>>> all = new EnumMap<>(Item.class);
    for (Request request : requests.values()) {
      wanted += request.wanted().isReserved() ? 0 : request.wanted().hashes().size();
      Map<Hash, List<Request>> byHash =
          all.computeIfAbsent(request.wanted().item(), item -> new HashMap<>());
      for (Hash hash : request.wanted().hashes()) {
        byHash.computeIfAbsent(hash, named -> new ArrayList<>(1)).add(request);
      }
    }
    if (noted != wanted) {
      throw new IllegalStateException(wanted + " items are asked for, and " + noted + " noted");
    }
    all.forEach((item, byHash) -> byHash.forEach((hash, asked) -> requireOnce(item, hash, asked)));
  }

  private static void requireOnce(Item item, Hash hash, List<Request> asked) {
    long peers = asked.stream().map(Request::peer).distinct().count();
    boolean isTwice = asked.stream().filter(request -> !request.isCopy()).count() > 1;
    if (isTwice || peers < asked.size()) {
      throw new IllegalStateException(item + " " + hash + " is asked for in " + asked);
    }
  }
}
