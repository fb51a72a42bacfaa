package dev.windlass.wire.devp2p;

import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * A message as it lies in a frame, its payload not unpacked: what can be said of it before it takes
 * its room. Drawn in {@link BaseProtocol}.
 *
 * @param bytes handed over, not copied
 * @param at where the payload begins, compressed or not
 */
@SuppressWarnings("ArrayRecordComponent") // One reader, and large.
record Packed(int code, byte[] bytes, int at, int end, boolean isCompressed) {
  /** Opens a frame's data; an {@link RlpxException} if it is no message. */
  static Packed of(byte[] bytes, int length, boolean isCompressed) {
    try {
      RlpReader reader = new RlpReader(bytes, 0, length);
      long code = reader.unsignedLong();
      if (code < 0 || code > 0xffff) {
        throw new RlpxException("message code " + Long.toUnsignedString(code));
      }
      return new Packed((int) code, bytes, reader.position(), length, isCompressed);
    } catch (RlpException e) {
      throw new RlpxException("message code: " + e.getMessage(), e);
    }
  }

  /** The size of the payload once it is unpacked; an {@link RlpxException} if it is too large. */
  int payloadBytes() {
    int length;
    try {
      // It refuses what so few bytes cannot become: a claim alone takes no room.
      length = isCompressed ? Snappy.uncompressedLength(bytes, at, end - at) : end - at;
    } catch (IOException e) {
      throw noSnappy(e);
    }
    if (length < 0 || length > BaseProtocol.PAYLOAD_BYTES_MAX) {
      throw new RlpxException(
          "a message of "
              + length
              + " bytes where "
              + BaseProtocol.PAYLOAD_BYTES_MAX
              + " are the limit");
    }
    return length;
  }

  /**
   * The first bytes of the payload, without the rest.
   *
   * @return fewer if there are no more, or if they cannot be unpacked
   */
  byte[] beginning(int count) {
    return isCompressed
        ? SnappyBeginning.of(bytes, at, end, count)
        : Arrays.copyOfRange(bytes, at, Math.min(end, at + count));
  }

  Message unpack() {
    int length = payloadBytes();
    if (!isCompressed) {
      return new Message(code, Arrays.copyOfRange(bytes, at, end));
    }
    try {
      byte[] payload = new byte[length];
      int written = Snappy.uncompress(bytes, at, end - at, payload, 0);
      return new Message(code, written == length ? payload : Arrays.copyOf(payload, written));
    } catch (IOException e) {
      throw noSnappy(e);
    }
  }

  private static RlpxException noSnappy(IOException e) {
    return new RlpxException("a message that is no snappy: " + e.getMessage(), e);
  }
}
