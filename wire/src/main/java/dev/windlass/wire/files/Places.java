package dev.windlass.wire.files;

import java.nio.ByteBuffer;

/**
 * Where each block lies in its file: two numbers a block, whose meaning is the format's.
 *
 * <p>Off the heap, 16 bytes a block. One thread adds; once it is handed over, any number may read.
 */
final class Places {
  private static final int ROW_BYTES = 2 * Long.BYTES;

  /** A buffer holds 2 GiB at most. */
  private static final int SIZE_MAX = Integer.MAX_VALUE / ROW_BYTES;

  private ByteBuffer rows;
  private int size;

  private Places(ByteBuffer rows, int size) {
    this.rows = rows;
    this.size = size;
  }

  static Places none() {
    return new Places(ByteBuffer.allocateDirect(1024 * ROW_BYTES), 0);
  }

  /** Those that {@link #bytes} gave, to be read only. */
  static Places of(ByteBuffer bytes) {
    return new Places(bytes, bytes.capacity() / ROW_BYTES);
  }

  static long bytes(int size) {
    return (long) size * ROW_BYTES;
  }

  ByteBuffer bytes() {
    return rows.slice(0, size * ROW_BYTES).asReadOnlyBuffer();
  }

  int size() {
    return size;
  }

  void add(long first, long second) {
    if ((size + 1) * ROW_BYTES > rows.capacity()) {
      grow();
    }
    rows.putLong(size * ROW_BYTES, first);
    rows.putLong(size * ROW_BYTES + Long.BYTES, second);
    size++;
  }

  private void grow() {
    if (size == SIZE_MAX) {
      throw new IllegalStateException("more than " + SIZE_MAX + " blocks in a file");
    }
    int capacity = (int) Math.min(SIZE_MAX, size * 2L);
    ByteBuffer larger = ByteBuffer.allocateDirect(capacity * ROW_BYTES);
    larger.put(0, rows, 0, size * ROW_BYTES);
    rows = larger;
  }

  long first(int position) {
    return rows.getLong(position * ROW_BYTES);
  }

  long second(int position) {
    return rows.getLong(position * ROW_BYTES + Long.BYTES);
  }

  void setSecond(int position, long second) {
    rows.putLong(position * ROW_BYTES + Long.BYTES, second);
  }
}
