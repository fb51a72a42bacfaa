package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.RlpxException;
import dev.windlass.wire.devp2p.rlpx.Session;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts the bytes of a connection into frames and opens them.
 *
 * <p>Owned by its connection. It holds one frame at most, and takes room for it only once its
 * header has proven genuine and its size is within the limit.
 */
final class FrameReader {
  private final Session session;
  private final byte[] header = new byte[Session.HEADER_BYTES];
  private int filled;
  private byte[] body;
  private int dataBytes;

  FrameReader(Session session) {
    this.session = session;
  }

  /**
   * Takes bytes up to the end of a frame.
   *
   * @param dataBytesMax the size of a frame's data beyond which the connection is lost
   * @return the frame's data, once it is whole
   */
  Optional<byte[]> read(Bytes bytes, int dataBytesMax) {
    if (body == null) {
      filled += bytes.take(header, filled, header.length - filled);
      if (filled < header.length) {
        return Optional.empty();
      }
      dataBytes = session.openHeader(header);
      if (dataBytes == 0 || dataBytes > dataBytesMax) {
        throw new RlpxException(
            "a frame of " + dataBytes + " bytes where " + dataBytesMax + " are the limit");
      }
      body = new byte[Session.bodyBytes(dataBytes)];
      filled = 0;
    }
    filled += bytes.take(body, filled, body.length - filled);
    if (filled < body.length) {
      return Optional.empty();
    }
    byte[] data = session.openBody(body, dataBytes);
    body = null;
    filled = 0;
    return Optional.of(data);
  }

  /** Bytes that have come and were not taken yet. */
  static final class Bytes {
    private final byte[] bytes;
    private int at;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    int take(byte[] target, int offset, int max) {
      int count = Math.min(max, bytes.length - at);
      System.arraycopy(bytes, at, target, offset, count);
      at += count;
      return count;
    }

    boolean isEmpty() {
      return at == bytes.length;
    }

    byte[] rest() {
      return Arrays.copyOfRange(bytes, at, bytes.length);
    }
  }
}
