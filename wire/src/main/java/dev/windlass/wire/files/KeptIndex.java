package dev.windlass.wire.files;

import dev.windlass.chain.Hash;
import dev.windlass.chain.HashIndex;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * An index in its own file. None of it is in memory.
 *
 * <pre>
 * index = magic (8) | file's size (8) | its modification (8) | its change (8)   nanoseconds
 *         | first number (8) | blocks (4) | slots (4) | CRC-32C of all else (4)
 *         | hash (32)*  | slot (4)* | place (16)*                               big-endian
 * </pre>
 *
 * It is read and not mapped. If a mapped file is truncated, the JVM throws an error at any later
 * point of the thread, so that locks may stay taken for ever.
 */
final class KeptIndex implements FileIndex {
  /** The last byte is the version of the format. */
  private static final long MAGIC = 0x574e444c494e4401L;

  private static final int HEAD_BYTES = 52;
  private static final int CHECKSUM_AT = 48;
  private static final int PART_BYTES = 1 << 16;

  private final FileBytes bytes;
  private final long firstNumber;
  private final int size;
  private final int slots;

  private KeptIndex(FileBytes bytes, ByteBuffer head) {
    this.bytes = bytes;
    this.firstNumber = head.getLong(32);
    this.size = head.getInt(40);
    this.slots = head.getInt(44);
  }

  /**
   * The index in these bytes, which it closes when it is closed. Empty if they are damaged, or fit
   * another state.
   *
   * @throws FileChainException if they cannot be read
   */
  static Optional<FileIndex> of(FileBytes bytes, IndexFolder.State state) {
    if (bytes.size() < HEAD_BYTES) {
      return Optional.empty();
    }
    ByteBuffer head = ByteBuffer.wrap(bytes.read(0, HEAD_BYTES));
    boolean isOfState =
        head.getLong(0) == MAGIC
            && new IndexFolder.State(head.getLong(8), head.getLong(16), head.getLong(24))
                .equals(state);
    KeptIndex index = new KeptIndex(bytes, head);
    return isOfState && index.isWhole(head) ? Optional.of(index) : Optional.empty();
  }

  /** The bytes of an index to store, one part after another. */
  static ByteBuffer[] parts(IndexFolder.State state, WalkedIndex index) {
    ByteBuffer hashes = index.hashes().hashBytes();
    ByteBuffer slots = index.hashes().slotBytes();
    ByteBuffer places = index.places().bytes();
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    head.putLong(0, MAGIC)
        .putLong(8, state.size())
        .putLong(16, state.modified())
        .putLong(24, state.changed())
        .putLong(32, index.firstNumber())
        .putInt(40, index.size())
        .putInt(44, slots.capacity() / Integer.BYTES);
    CRC32C sum = summed(head);
    for (ByteBuffer part : new ByteBuffer[] {hashes, slots, places}) {
      sum.update(part.duplicate());
    }
    head.putInt(CHECKSUM_AT, (int) sum.getValue());
    return new ByteBuffer[] {head, hashes, slots, places};
  }

  private static CRC32C summed(ByteBuffer head) {
    CRC32C sum = new CRC32C();
    sum.update(head.slice(0, CHECKSUM_AT));
    return sum;
  }

  private boolean isWhole(ByteBuffer head) {
    if (size <= 0
        || slots <= size
        || Integer.bitCount(slots) != 1
        || bytes.size() != placeAt(size)) {
      return false;
    }
    CRC32C sum = summed(head);
    for (long at = HEAD_BYTES; at < bytes.size(); at += PART_BYTES) {
      sum.update(bytes.read(at, (int) Math.min(PART_BYTES, bytes.size() - at)));
    }
    return (int) sum.getValue() == head.getInt(CHECKSUM_AT);
  }

  private static long hashAt(int position) {
    return HEAD_BYTES + (long) position * Hash.BYTES;
  }

  private long slotAt(int slot) {
    return hashAt(size) + (long) slot * Integer.BYTES;
  }

  private long placeAt(int position) {
    return slotAt(slots) + PlaceList.bytes(position);
  }

  private ByteBuffer read(long at, int count) {
    try {
      return ByteBuffer.wrap(bytes.read(at, count));
    } catch (FileChainException e) {
      throw new FileChainException(e, "start again: this makes a new index");
    }
  }

  @Override
  public long firstNumber() {
    return firstNumber;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Hash hash(int position) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException(position + " is outside of " + size + " hashes");
    }
    return Hash.of(read(hashAt(position), Hash.BYTES).array());
  }

  @Override
  public OptionalInt find(Hash hash) {
    return HashIndex.find(
        hash,
        slots,
        slot -> read(slotAt(slot), Integer.BYTES).getInt(0),
        position -> hash(position).equals(hash));
  }

  @Override
  public long first(int position) {
    return read(placeAt(position), Long.BYTES).getLong(0);
  }

  @Override
  public long second(int position) {
    return read(placeAt(position) + Long.BYTES, Long.BYTES).getLong(0);
  }

  @Override
  public void close() {
    bytes.close();
  }
}
