package dev.windlass.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts and deletes that the database writes atomically.
 *
 * <p>Owned by the thread that fills it. It is in the heap until it is written, so discarding it
 * leaks no memory.
 */
final class Batch {
  private final List<byte[]> keys = new ArrayList<>();
  // null for a deleted key.
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

  /** The value to put, or null for a key to delete. */
  byte[] value(int index) {
    return values.get(index);
  }
}
