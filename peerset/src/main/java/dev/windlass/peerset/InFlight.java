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
 */
final class InFlight {
  private final Map<Long, Request> requests = new HashMap<>();
  private final Map<Item, Map<Hash, List<Long>>> tickets = new EnumMap<>(Item.class);

  InFlight() {
    for (Item item : Item.values()) {
      tickets.put(item, new HashMap<>());
    }
  }

  void add(Request request) {
    requests.put(request.ticket(), request);
    Map<Hash, List<Long>> byHash = tickets.get(request.wanted().item());
    for (Hash hash : request.wanted().hashes()) {
      byHash.merge(hash, List.of(request.ticket()), InFlight::joined);
    }
  }

  private static List<Long> joined(List<Long> some, List<Long> more) {
    List<Long> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
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
    if (request == null) {
      return;
    }
    Map<Hash, List<Long>> byHash = tickets.get(request.wanted().item());
    for (Hash hash : request.wanted().hashes()) {
      byHash.computeIfPresent(hash, (named, asked) -> without(asked, ticket));
    }
  }

  private static List<Long> without(List<Long> all, long ticket) {
    if (all.size() == 1) {
      return null;
    }
    List<Long> left = new ArrayList<>(all);
    left.remove(ticket);
    return left;
  }

  void clear() {
    requests.clear();
    tickets.values().forEach(Map::clear);
  }

  Collection<Request> all() {
    return Collections.unmodifiableCollection(requests.values());
  }

  /** The requests for an item, oldest first. */
  List<Request> of(Item item, Hash hash) {
    List<Long> asked = tickets.get(item).get(hash);
    return asked == null ? List.of() : asked.stream().map(requests::get).toList();
  }

  int size() {
    return requests.size();
  }

  /** Throws if an item is asked for twice without need, or if the two maps disagree. */
  void checkInvariants() {
    int named = 0;
    for (Item item : Item.values()) {
      for (Map.Entry<Hash, List<Long>> entry : tickets.get(item).entrySet()) {
        List<Request> asked = of(item, entry.getKey());
        named += asked.size();
        long peers = asked.stream().map(Request::peer).distinct().count();
        boolean isTwice = asked.stream().filter(request -> !request.isCopy()).count() > 1;
        if (isTwice || peers < asked.size()) {
          throw new IllegalStateException(
              item + " " + entry.getKey() + " is asked for in " + asked);
        }
      }
    }
    int wanted = requests.values().stream().mapToInt(r -> r.wanted().hashes().size()).sum();
    if (named != wanted) {
      throw new IllegalStateException(wanted + " items are asked for, and " + named + " noted");
    }
  }
}
