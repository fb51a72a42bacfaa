package dev.windlass.chain;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * A growing list of hashes that also finds the position of each. It takes 40 to 48 bytes a hash. A
 * map of objects takes 150.
 *
 * <p>One thread adds. After it has handed the index over, any number of threads may read. If a hash
 * was added twice, its first position is found.
 *
 * <pre>
 * hashes  position -> hash (32)
 * slots   open addressing on the hash's first bytes -> position + 1 (4), 0 if free
 * </pre>
 */
public final class HashIndex {
  /** A buffer holds 2 GiB at most. */
  public static final int SIZE_MAX = Integer.MAX_VALUE / Hash.BYTES;

  private final boolean isOffHeap;
  private ByteBuffer hashes;
  private ByteBuffer slots;
  private int slotMask;
  private int size;

  private HashIndex(int expected, boolean isOffHeap) {
    if (expected < 0 || expected > SIZE_MAX) {
      throw new IllegalArgumentException(expected + " hashes; at most " + SIZE_MAX + " may be");
    }
    this.isOffHeap = isOffHeap;
    hashes = allocate(Math.max(1, expected) * Hash.BYTES);
    makeSlots(Math.max(1, expected));
  }

  public static HashIndex onHeap(int expected) {
    return new HashIndex(expected, false);
  }

  /** For lists as long as a chain. Their memory costs the garbage collector nothing. */
  public static HashIndex offHeap(int expected) {
    return new HashIndex(expected, true);
  }

  /** The hashes one after another, for the caller to store. */
  public ByteBuffer hashBytes() {
    return hashes.slice(0, size * Hash.BYTES).asReadOnlyBuffer();
  }

  /** The table that finds hashes, big-endian, for the caller to store. */
  public ByteBuffer slotBytes() {
    return slots.slice(0, slots.capacity()).asReadOnlyBuffer();
  }

  private ByteBuffer allocate(int bytes) {
    return isOffHeap ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }

  private void makeSlots(int capacity) {
    // Between a third and two thirds full.
    int slotCount = Integer.highestOneBit(capacity + capacity / 2) * 2;
    slots = allocate(slotCount * Integer.BYTES);
    slotMask = slotCount - 1;
  }

  public int size() {
    return size;
  }

  public void add(Hash hash) {
    if ((size + 1) * Hash.BYTES > hashes.capacity()) {
      grow();
    }
    hash.writeTo(hashes, size * Hash.BYTES);
    size++;
    link(hash, size);
  }

  private void grow() {
    if (size == SIZE_MAX) {
      throw new IllegalStateException("more than " + SIZE_MAX + " hashes");
    }
    int capacity = (int) Math.min(SIZE_MAX, Math.max(64, size * 2L));
    ByteBuffer larger = allocate(capacity * Hash.BYTES);
    larger.put(0, hashes, 0, size * Hash.BYTES);
    hashes = larger;
    makeSlots(capacity);
    for (int position = 0; position < size; position++) {
      link(hash(position), position + 1);
    }
  }

  private void link(Hash hash, int value) {
    int slot = (int) hash.firstLong() & slotMask;
    while (true) {
      int taken = slots.getInt(slot * Integer.BYTES);
      if (taken == 0) {
        slots.putInt(slot * Integer.BYTES, value);
        return;
      }
      if (hash.equalsBytes(hashes, (taken - 1) * Hash.BYTES)) {
        return;
      }
      slot = (slot + 1) & slotMask;
    }
  }

  public Hash hash(int position) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException(position + " is outside of " + size + " hashes");
    }
    return Hash.of(hashes, position * Hash.BYTES);
  }

  public OptionalInt find(Hash hash) {
    return find(
        hash,
        slotMask + 1,
        slot -> slots.getInt(slot * Integer.BYTES),
        position -> hash.equalsBytes(hashes, position * Hash.BYTES));
  }

  /**
   * Finds a hash in a list that was stored elsewhere.
   *
   * @param slotCount how many {@link #slotBytes} has, a power of two
   * @param slots reads one of them
   * @param isAt whether the hash is the one at a position
   */
  public static OptionalInt find(
      Hash hash, int slotCount, IntUnaryOperator slots, IntPredicate isAt) {
    int mask = slotCount - 1;
    for (int i = 0; i < slotCount; i++) {
      int taken = slots.applyAsInt((int) hash.firstLong() + i & mask);
      if (taken == 0) {
        break;
      }
      if (isAt.test(taken - 1)) {
        return OptionalInt.of(taken - 1);
      }
    }
    return OptionalInt.empty();
  }
}
