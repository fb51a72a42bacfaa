package dev.windlass.wire.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts more entries into order than memory holds, without a file to put them aside: the source is
 * read again for what did not fit.
 *
 * <p>An entry is a row of bytes, and no two are the same. Each pass keeps the lowest entries that
 * come after those of the pass before; when its room is full, it gives the highest quarter up, and
 * takes no entry from there any more.
 */
final class SortedPasses {
  private static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;

  /** The object around the bytes of an entry, its place in the list, and its share in sorting. */
  private static final int ENTRY_BYTES = 32;

  /** Gives the same entries each time, in any order. */
  interface Source {
    void each(Consumer<byte[]> taker);
  }

  private final long bytesMax;
  private final byte[] after;
  private final List<byte[]> kept = new ArrayList<>();
  private long bytes;

  /** The lowest entry that was given up; null while all fit. */
  private byte[] end;

  private SortedPasses(byte[] after, long bytesMax) {
    this.after = after;
    this.bytesMax = bytesMax;
  }

  /**
   * Hands all entries over in their order, as bytes without a sign.
   *
   * @param bytesMax what entries may take at any time
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
