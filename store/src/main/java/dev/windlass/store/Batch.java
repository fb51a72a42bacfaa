package dev.windlass.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts and deletes that the database takes all together or not at all.
 *
 * <p>Owned by the thread that fills it; in the heap until it is written, so that giving one up
 * leaks nothing.
 */
final class Batch {
  private final List<byte[]> keys = new ArrayList<>();
  // null at the place of a deleted key.
  private final List<byte[]> values = new ArrayList<>();
  private long bytes;

  void put(byte[] key, byte[] value) {
    keys.add(key);
    values.add(value);
    bytes += key.length + value.length;
  }

  void delete(byte[] key) {
    keys.add(key);
    values.add(null);
    bytes += key.length;
  }

  int size() {
    return keys.size();
  }

  /** Bytes of keys and values. */
  long bytes() {
    return bytes;
  }

  byte[] key(int index) {
    return keys.get(index);
  }

  /** The value to put, or null where the key is to be deleted. */
  byte[] value(int index) {
    return values.get(index);
  }
}
