package dev.windlass.store;

import java.nio.ByteBuffer;

/**
 * What the database knows about the body file of an epoch.
 *
 * <pre>
 * record = synced length (8, big-endian) ‖ offset of the index (8), 0 if the file is not sealed
 * </pre>
 *
 * @param syncedBytes the length of the file that has reached the disk
 * @param indexOffset where the entry with the index begins, 0 if there is none
 */
record EpochRecord(long syncedBytes, long indexOffset) {
  static final EpochRecord NEW = new EpochRecord(0, 0);

  private static final int BYTES = 16;

  byte[] encode() {
    return ByteBuffer.allocate(BYTES).putLong(syncedBytes).putLong(indexOffset).array();
  }

  static EpochRecord decode(byte[] value, long epoch) {
    Damage.requireLength(value, BYTES, "the record of epoch " + epoch);
    ByteBuffer fields = ByteBuffer.wrap(value);
    return new EpochRecord(fields.getLong(), fields.getLong());
  }

  boolean isSealed() {
    return indexOffset > 0;
  }
}
