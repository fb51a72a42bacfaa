package dev.windlass.wire.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Sorts more entries than memory holds, without a temporary file. It reads the source again for the
 * entries that did not fit.
 *
 * <p>An entry is a row of bytes, and no two are the same. Each pass keeps the lowest entries above
 * those of the pass before. If its memory is full, it drops the highest quarter, and accepts no
 * entry from there on any more.
 */
final class SortedPasses {
  private static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;

  /** The object around the bytes of an entry, its place in the list, and its share in sorting. */
  private static final int ENTRY_BYTES = 32;

  /** Passes the same entries each time, in any order. */
  interface Source {
    void each(Consumer<byte[]> taker);
  }

  private final long bytesMax;
  private final byte[] after;
  private final List<byte[]> kept = new ArrayList<>();
  private long bytes;

  /** The lowest entry that was dropped. Null while all fit. */
  private byte[] end;

  private SortedPasses(byte[] after, long bytesMax) {
    this.after = after;
    this.bytesMax = bytesMax;
  }

  /**
   * Passes all entries on in the order of unsigned bytes.
   *
   * @param bytesMax bytes of entries in memory at any time
   */
  static void sort(Source source, long bytesMax, Consumer<byte[]> taker) {
    byte[] last = null;
    boolean isDone = false;
    while (!isDone) {
      SortedPasses pass = new SortedPasses(last, bytesMax);
      source.each(pass::offer);
      pass.kept.sort(ORDER);
      pass.kept.forEach(taker);
      isDone = pass.end == null;
      last = isDone ? null : pass.kept.get(pass.kept.size() - 1);
    }
  }

  private void offer(byte[] entry) {
    if (after != null && ORDER.compare(entry, after) <= 0) {
      return;
    }
    if (end != null && ORDER.compare(entry, end) >= 0) {
      return;
    }
    kept.add(entry);
    bytes += entry.length + ENTRY_BYTES;
    if (bytes > bytesMax && kept.size() > 1) {
      giveUp();
    }
  }

  private void giveUp() {
    kept.sort(ORDER);
    List<byte[]> highest = kept.subList(kept.size() - (kept.size() + 3) / 4, kept.size());
    end = highest.get(0);
    for (byte[] entry : highest) {
      bytes -= entry.length + ENTRY_BYTES;
    }
    highest.clear();
  }
}
