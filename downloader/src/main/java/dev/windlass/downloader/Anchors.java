package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The anchors that an operator named and that are not synced yet, in their order.
 *
 * <p>Owned by the downloader. An anchor stays until its sync is done, it is withdrawn, or its chain
 * is proven to be wrong. An anchor that fails backs off, longer each time in a row.
 */
final class Anchors {
  /** The longest back-off is 64 times the first. */
  private static final int DOUBLINGS_MAX = 6;

  private final int max;
  private final Map<Hash, Entry> entries = new LinkedHashMap<>();
  private boolean isAnySynced;

  private record Entry(long fromNanos, int failures) {}

  Anchors(int max) {
    this.max = max;
  }

  /** False if the bound is reached. An anchor that waits already keeps its place. */
  boolean add(Hash anchor, long nowNanos) {
    if (!entries.containsKey(anchor) && entries.size() >= max) {
      return false;
    }
    entries.putIfAbsent(anchor, new Entry(nowNanos, 0));
    return true;
  }

  /** Adds a checkpoint, for which no bound holds. False if it waits already. */
  boolean addCheckpoint(Hash checkpoint, long nowNanos) {
    return entries.putIfAbsent(checkpoint, new Entry(nowNanos, 0)) == null;
  }

  /** False if it was not waiting. */
  boolean remove(Hash anchor) {
    return entries.remove(anchor) != null;
  }

  void synced(Hash anchor) {
    entries.remove(anchor);
    isAnySynced = true;
  }

  /** Whether an anchor was synced since the start. */
  boolean isAnySynced() {
    return isAnySynced;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The anchor that has waited longest, so that none blocks another for ever. */
  Optional<Hash> ready(long nowNanos) {
    return entries.entrySet().stream()
        .filter(anchor -> anchor.getValue().fromNanos <= nowNanos)
        .min(Map.Entry.comparingByValue((a, b) -> Long.compare(a.fromNanos, b.fromNanos)))
        .map(Map.Entry::getKey);
  }

  /**
   * Starts the back-off of an anchor that failed.
   *
   * @param hasProgressed whether part of its chain arrived. If so, its back-off is one cycle only
   */
  void rest(Hash anchor, boolean hasProgressed, long nowNanos, long cycleNanos) {
    entries.computeIfPresent(
        anchor,
        (hash, entry) -> {
          int failures = hasProgressed ? 0 : entry.failures + 1;
          long rest = cycleNanos << Math.min(Math.max(0, failures - 1), DOUBLINGS_MAX);
          return new Entry(nowNanos + rest, failures);
        });
  }

  /** Makes an anchor due as soon as a peer is connected, without counting a failure. */
  void retry(Hash anchor, long nowNanos) {
    entries.computeIfPresent(anchor, (hash, entry) -> new Entry(nowNanos, entry.failures));
  }

  /** When the next anchor is due. Long.MAX_VALUE if there is none. */
  long nextNanos() {
    long next = Long.MAX_VALUE;
    for (Entry entry : entries.values()) {
      next = Math.min(next, entry.fromNanos);
    }
    return next;
  }

  /**
   * When the sync of a peer's head gives way to an anchor. It doubles with each failure of the
   * anchor.
   */
  long givesWayNanos(long startedNanos, long timeNanos) {
    long next = Long.MAX_VALUE;
    for (Entry entry : entries.values()) {
      long over = startedNanos + (timeNanos << Math.min(entry.failures, DOUBLINGS_MAX));
      next = Math.min(next, Math.max(entry.fromNanos, over));
    }
    return next;
  }
}
