package dev.windlass.store;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.store.Segment;
import java.nio.ByteBuffer;

/**
 * A segment's record, and whether its removal has begun.
 *
 * <p>A removal takes many batches. If a crash interrupts it, the mark makes the next process
 * continue it.
 *
 * <pre>
 * 0   1 if it is being removed, else 0
 * 1   1 if it is proven, else 0
 * 2   anchor's number (8, big-endian); -1 while it is not known
 * 10  length (8, big-endian)
 * 18  anchor (32)
 * 50  next (32)
 * </pre>
 */
record StoredSegment(Segment segment, boolean isBeingRemoved) {
  private static final int BYTES = 82;

  byte[] encode() {
    byte[] value = new byte[BYTES];
    ByteBuffer.wrap(value)
        .put((byte) (isBeingRemoved ? 1 : 0))
        .put((byte) (segment.isProven() ? 1 : 0))
        .putLong(segment.anchorNumber())
        .putLong(segment.length());
    segment.anchor().writeTo(value, 18);
    segment.next().writeTo(value, 50);
    return value;
  }

  static StoredSegment decode(long id, byte[] value) {
    Damage.requireLength(value, BYTES, "the record of segment " + id);
    ByteBuffer fields = ByteBuffer.wrap(value);
    byte removed = fields.get();
    byte proven = fields.get();
    long anchorNumber = fields.getLong();
    long length = fields.getLong();
    if ((removed | proven) >>> 1 != 0 || anchorNumber < Head.NUMBER_UNKNOWN || length < 0) {
      throw Damage.of("the record of segment " + id + " holds values that none has");
    }
    Segment segment =
        new Segment(id, Hash.of(value, 18), anchorNumber, length, Hash.of(value, 50), proven == 1);
    return new StoredSegment(segment, removed == 1);
  }
}
