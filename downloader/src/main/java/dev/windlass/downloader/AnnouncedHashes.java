package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * When a head that was announced by its hash alone is fetched, in the announced-block mode. Until
 * then its block may come whole. The times and the bound are those of the fetcher of 2015.
 *
 * <p>Owned by the downloader. Hashes that were announced within a tenth of a second are due
 * together. A hash is forgotten after five seconds. Bounded by the number of peers.
 */
final class AnnouncedHashes {
  /** More announcements of one peer within five seconds have to wait until they are forgotten. */
  static final int HASHES_PER_PEER_MAX = 256;

  static final long FORGOTTEN_NANOS = 5_000_000_000L;

  /** A hash is due with earlier ones if it has waited for four fifths of the time by then. */
  private static final int GATHERED_DIVISOR = 5;

  private final long waitNanos;

  /** In the order in which they were announced first. */
  private final Map<Hash, Entry> entries = new LinkedHashMap<>();

  private final Map<PeerId, Integer> counts = new HashMap<>();
  private long nextDueNanos = Long.MIN_VALUE;

  private record Entry(long announcedNanos, long dueNanos, Set<PeerId> announcers) {}

  /**
   * Holds no hash yet.
   *
   * @param waitNanos how long a hash waits for its block. 0 switches the mode off
   */
  AnnouncedHashes(long waitNanos) {
    this.waitNanos = waitNanos;
  }

  /** When a head that a peer announces now may be fetched. */
  long dueNanos(PeerId peer, Hash head, long nowNanos) {
    if (waitNanos == 0) {
      return nowNanos;
    }
    forget(nowNanos);
    Entry entry = entries.get(head);
    boolean isNamedBefore = entry != null && entry.announcers.contains(peer);
    if (!isNamedBefore && counts.getOrDefault(peer, 0) >= HASHES_PER_PEER_MAX) {
      return nowNanos + FORGOTTEN_NANOS;
    }
    if (entry == null) {
      entry = new Entry(nowNanos, due(nowNanos), new HashSet<>());
      entries.put(head, entry);
    }
    if (!isNamedBefore) {
      entry.announcers.add(peer);
      counts.merge(peer, 1, Integer::sum);
    }
    return entry.dueNanos;
  }

  private long due(long nowNanos) {
    boolean isLate = nowNanos + waitNanos - waitNanos / GATHERED_DIVISOR > nextDueNanos;
    nextDueNanos = isLate ? nowNanos + waitNanos : nextDueNanos;
    return nextDueNanos;
  }

  private void forget(long nowNanos) {
    Iterator<Entry> oldestFirst = entries.values().iterator();
    while (oldestFirst.hasNext()) {
      Entry entry = oldestFirst.next();
      if (nowNanos - entry.announcedNanos <= FORGOTTEN_NANOS) {
        return;
      }
      entry.announcers.forEach(peer -> counts.merge(peer, -1, AnnouncedHashes::sum));
      oldestFirst.remove();
    }
  }

  private static Integer sum(int some, int more) {
    return some + more == 0 ? null : some + more;
  }
}
