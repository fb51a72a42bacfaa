package dev.windlass.store;

import java.util.Arrays;
import java.util.Map;
import org.iq80.leveldb.DBIterator;

/**
 * A position among the sorted keys of one column range. It reads the state of the database at the
 * time when it was made.
 *
 * <p>It exists only inside {@link Database#walk}, which closes its iterator before the database can
 * be closed. An iterator that outlives its database aborts the process.
 */
final class Cursor {
  private final DBIterator iterator;
  private final byte[] end;
  private byte[] key;
  private byte[] value;

  /**
   * @param end the first key beyond the range
   */
  Cursor(DBIterator iterator, byte[] end) {
    this.iterator = iterator;
    this.end = end;
  }

  /** Goes to the first entry at or after the key. */
  void seek(byte[] from) {
    iterator.seek(from);
    next();
  }

  /** Goes to the next entry. */
  void next() {
    key = null;
    value = null;
    if (iterator.hasNext()) {
      Map.Entry<byte[], byte[]> entry = iterator.next();
      if (Arrays.compareUnsigned(entry.getKey(), end) < 0) {
        key = entry.getKey();
        value = entry.getValue();
      }
    }
  }

  /** Goes forward to this key. Returns whether it is there. */
  boolean moveTo(byte[] target) {
    int order = key == null ? 1 : Arrays.compareUnsigned(key, target);
    while (order < 0) {
      next();
      order = key == null ? 1 : Arrays.compareUnsigned(key, target);
    }
    return order == 0;
  }

  /** False beyond the last entry of the range. */
  boolean isOnEntry() {
    return key != null;
  }

  byte[] key() {
    return key;
  }

  byte[] value() {
    return value;
  }
}
