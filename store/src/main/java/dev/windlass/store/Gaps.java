package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.Gap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * The numbers whose bodies are missing, as ranges that neither touch nor overlap.
 *
 * <p>Immutable. Each change makes a new value, so a store can write the difference before it uses
 * the new value.
 */
final class Gaps {
  static final Gaps NONE = new Gaps(new TreeMap<>());

  /** The last number of each range by its first. */
  private final NavigableMap<Long, Long> ranges;

  private Gaps(NavigableMap<Long, Long> ranges) {
    this.ranges = ranges;
  }

  /** The ranges with one more, which may touch or overlap others. */
  Gaps with(long first, long last) {
    NavigableMap<Long, Long> changed = new TreeMap<>(ranges);
    long from = first;
    long to = last;
    Map.Entry<Long, Long> touching = changed.floorEntry(to + 1);
    while (touching != null && touching.getValue() >= from - 1) {
      from = Math.min(from, touching.getKey());
      to = Math.max(to, touching.getValue());
      changed.remove(touching.getKey());
      touching = changed.floorEntry(to + 1);
    }
    changed.put(from, to);
    return new Gaps(changed);
  }

  /** The ranges without these numbers. */
  Gaps without(long first, long last) {
    Map.Entry<Long, Long> overlapping = ranges.floorEntry(last);
    if (overlapping == null || overlapping.getValue() < first) {
      return this;
    }
    NavigableMap<Long, Long> changed = new TreeMap<>(ranges);
    while (overlapping != null && overlapping.getValue() >= first) {
      changed.remove(overlapping.getKey());
      if (overlapping.getKey() < first) {
        changed.put(overlapping.getKey(), first - 1);
      }
      if (overlapping.getValue() > last) {
        changed.put(last + 1, overlapping.getValue());
      }
      overlapping = changed.floorEntry(last);
    }
    return new Gaps(changed);
  }

  boolean contains(long number) {
    Map.Entry<Long, Long> range = ranges.floorEntry(number);
    return range != null && range.getValue() >= number;
  }

  /** Whether a gap has one of these numbers. */
  boolean overlaps(long first, long last) {
    Map.Entry<Long, Long> range = ranges.floorEntry(last);
    return range != null && range.getValue() >= first;
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** The last number of each range by its first. Callers must not change it. */
  Map<Long, Long> ranges() {
    return ranges;
  }

  /** The ranges with the hash of their last block. */
  List<Gap> list(LongFunction<Hash> canonical) {
    List<Gap> gaps = new ArrayList<>(ranges.size());
    ranges.forEach(
        (first, last) -> gaps.add(new Gap(first, new BlockId(last, canonical.apply(last)))));
    return gaps;
  }
}
