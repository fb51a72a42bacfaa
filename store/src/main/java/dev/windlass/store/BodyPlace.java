package dev.windlass.store;

import java.nio.ByteBuffer;

/**
 * Where a body lies in the body file of its epoch.
 *
 * <pre>
 * place = offset (8, big-endian) ‖ length (4) ‖ CRC32C (4), both of the packed body
 * </pre>
 */
record BodyPlace(long offset, int length, int checksum) {
  static final int BYTES = 16;

  byte[] encode() {
    return ByteBuffer.allocate(BYTES).putLong(offset).putInt(length).putInt(checksum).array();
  }

  static BodyPlace decode(byte[] value, long number) {
    Damage.requireLength(value, BYTES, "the place of body " + number);
    ByteBuffer fields = ByteBuffer.wrap(value);
    BodyPlace place = new BodyPlace(fields.getLong(), fields.getInt(), fields.getInt());
    if (place.offset < 0 || place.length < 0) {
      throw Damage.of("the place of body " + number + " is " + place);
    }
    return place;
  }

  /** The offset after the packed body. */
  long end() {
    return offset + length;
  }
}
