package dev.windlass.store;

import java.nio.ByteBuffer;

/**
 * What the database knows about the body file of an epoch.
 *
 * <pre>
 * record = synced length (8, big-endian) ‖ offset of the index (8), 0 if the file is not sealed
 *          ‖ 1 if more was appended since, else 0 (1)
 * </pre>
 *
 * @param syncedBytes the length of the file that has reached the disk
 * @param indexOffset where the entry with the index begins, 0 if there is none
 * @param isAhead whether more was appended, which a power cut may take, also if the length of the
 *     file does not show it
 */
record EpochRecord(long syncedBytes, long indexOffset, boolean isAhead) {
  static final EpochRecord NEW = new EpochRecord(0, 0, false);

  private static final int BYTES = 17;

  byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .putLong(syncedBytes)
        .putLong(indexOffset)
        .put((byte) (isAhead ? 1 : 0))
        .array();
  }

  static EpochRecord decode(byte[] value, long epoch) {
    Damage.requireLength(value, BYTES, "the record of epoch " + epoch);
    ByteBuffer fields = ByteBuffer.wrap(value);
    return new EpochRecord(fields.getLong(), fields.getLong(), fields.get() != 0);
  }

  boolean isSealed() {
    return indexOffset > 0;
  }
}
