package dev.windlass.wire.files;

import java.nio.ByteBuffer;

/**
 * The places of a file's blocks, from a walk.
 *
 * <p>Off the heap, 16 bytes a block. One thread adds. After it has handed the list over, any number
 * of threads may read.
 */
final class PlaceList implements Places {
  private static final int ROW_BYTES = 2 * Long.BYTES;

  /** A buffer holds 2 GiB at most. */
  private static final int SIZE_MAX = Integer.MAX_VALUE / ROW_BYTES;

  private ByteBuffer rows;
  private int size;

  private PlaceList(ByteBuffer rows, int size) {
    this.rows = rows;
    this.size = size;
  }

  static PlaceList none() {
    return new PlaceList(ByteBuffer.allocateDirect(1024 * ROW_BYTES), 0);
  }

  static long bytes(int size) {
    return (long) size * ROW_BYTES;
  }

  /** Two longs a block, big-endian. */
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

  @Override
  public long first(int position) {
    return rows.getLong(position * ROW_BYTES);
  }

  @Override
  public long second(int position) {
    return rows.getLong(position * ROW_BYTES + Long.BYTES);
  }

  void setSecond(int position, long second) {
    rows.putLong(position * ROW_BYTES + Long.BYTES, second);
  }
}
