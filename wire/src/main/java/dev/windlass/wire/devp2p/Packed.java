package dev.windlass.wire.devp2p;

import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * A message in the data of a frame, with its payload not unpacked. It gives what is known before
 * memory is reserved for the message. Its form is drawn in {@link BaseProtocol}.
 *
 * @param bytes not copied
 * @param at where the payload begins, compressed or not
 */
@SuppressWarnings("ArrayRecordComponent") // Large, and has one reader.
record Packed(int code, byte[] bytes, int at, int end, boolean isCompressed) {
  /** Reads a frame's data. Throws {@link RlpxException} if it is not a message. */
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

  /** The size of the unpacked payload. Throws {@link RlpxException} if it is too large. */
  int payloadBytes() {
    int length;
    try {
      // It refuses a size that so few bytes cannot unpack to, so a claim alone takes no memory.
      length = isCompressed ? Snappy.uncompressedLength(bytes, at, end - at) : end - at;
    } catch (IOException e) {
      throw noSnappy(e);
    }
    if (length < 0 || length > BaseProtocol.PAYLOAD_BYTES_MAX) {
      throw new RlpxException(
          "a message of "
              + length
              + " bytes; at most "
              + BaseProtocol.PAYLOAD_BYTES_MAX
              + " are allowed");
    }
    return length;
  }

  /**
   * The first bytes of the payload.
   *
   * @return fewer bytes if there are no more, or if they cannot be unpacked
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
